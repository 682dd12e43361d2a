package dev.perennial.events.contract;

import dev.perennial.events.EventType;
import dev.perennial.events.Topic;
import java.util.Arrays;
import java.util.List;

/**
 * The writer and the readers of a topic.
 *
 * @param writer the only component that may write to it
 * @param readers the components that need it; other clients with read access may consume it too
 * @param key the meaning of the record key and of the header ce_subject
 */
record TopicUse(Topic topic, String writer, List<String> readers, String key, String purpose) {
    static final String CLIENTS = "clients";
    static final String ORDER_SERVICE = "order-service";
    static final String VALIDATION_SERVICE = "validation-service";
    static final String ISSUANCE_SERVICE = "issuance-service";
    static final String DEPLOY_AGENT = "deploy-agent";

    private static final String CERTIFICATE_ID = "the certificate id, so that one certificate's facts keep their order";

    static TopicUse of(Topic topic) {
        return switch (topic) {
            case REQUESTS ->
                new TopicUse(
                        topic,
                        CLIENTS,
                        List.of(ORDER_SERVICE),
                        "free; <owner>/<name> keeps one certificate's requests in order",
                        "Requests: the only topic that clients write to. A team can also have a topic of its own,"
                                + " certificate.requests.<owner>, with the same messages and settings: it accepts"
                                + " requests for this owner only.");
            case ORDERS ->
                new TopicUse(
                        topic,
                        ORDER_SERVICE,
                        List.of(VALIDATION_SERVICE, ISSUANCE_SERVICE, CLIENTS),
                        CERTIFICATE_ID + "; for certificate.refused the request's ce_id, as there is no certificate",
                        "Answers to requests, and the progress of orders.");
            case VALIDATIONS ->
                new TopicUse(
                        topic,
                        VALIDATION_SERVICE,
                        List.of(ISSUANCE_SERVICE, ORDER_SERVICE),
                        CERTIFICATE_ID,
                        "Whether the control of the identifiers was proven.");
            case ISSUANCES ->
                new TopicUse(
                        topic,
                        ISSUANCE_SERVICE,
                        List.of(DEPLOY_AGENT, ORDER_SERVICE, CLIENTS),
                        CERTIFICATE_ID,
                        "Whether the CA issued the certificate. Public data and a Vault path; never a key.");
            case DEPLOYMENTS ->
                new TopicUse(
                        topic,
                        DEPLOY_AGENT,
                        List.of(ORDER_SERVICE, CLIENTS),
                        CERTIFICATE_ID,
                        "Whether the certificate is served, host by host.");
            case ISSUERS ->
                new TopicUse(
                        topic,
                        ORDER_SERVICE,
                        List.of(VALIDATION_SERVICE, ISSUANCE_SERVICE),
                        "the issuer's name; a record without a value (tombstone) removes the issuer",
                        "The current settings of the issuers; every replica of a reader reads all records.");
            case CHALLENGES ->
                new TopicUse(
                        topic,
                        VALIDATION_SERVICE,
                        List.of(VALIDATION_SERVICE),
                        "the challenge's token, for dns-01 with the prefix dns-01.; a record without a value (tombstone)"
                                + " withdraws the response",
                        "Presented challenge responses; every replica of the validation-service reads all records.");
        };
    }

    List<EventType> types() {
        return Arrays.stream(EventType.values())
                .filter(type -> type.topic() == topic)
                .toList();
    }

    String acceptedSource() {
        return switch (topic) {
            case REQUESTS -> "any; write access is the right to request";
            case DEPLOYMENTS -> "`/perennial/deploy-agent/<host>`";
            case ORDERS, VALIDATIONS, ISSUANCES, ISSUERS, CHALLENGES ->
                "`/perennial/" + topic.service().orElseThrow() + "`";
        };
    }

    String signer() {
        return switch (topic) {
            case REQUESTS -> "no one";
            case DEPLOYMENTS -> "the host";
            case ORDERS, VALIDATIONS, ISSUANCES, ISSUERS, CHALLENGES ->
                topic.service().orElseThrow();
        };
    }

    String publicKeys() {
        return switch (topic) {
            case REQUESTS -> "";
            case DEPLOYMENTS -> "registered for the host at its enrolment";
            case ORDERS, VALIDATIONS, ISSUANCES, ISSUERS, CHALLENGES ->
                "`signers/" + topic.service().orElseThrow() + "` in Vault";
        };
    }

    String cleanupPolicy() {
        return topic.compacted() ? "compact" : "delete";
    }
}
