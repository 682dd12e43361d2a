package dev.perennial.events.contract;

import dev.perennial.events.EventType;
import dev.perennial.events.Topic;
import java.util.Arrays;
import java.util.List;

/**
 * Who uses a topic and how.
 *
 * @param writer the only one who may write to it
 * @param readers in whose work it is needed; anybody with the right to read may listen in
 * @param key what the record key, and the header ce_subject, is
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
                        "Wishes: the only topic that others than Perennial write to.");
            case ORDERS ->
                new TopicUse(
                        topic,
                        ORDER_SERVICE,
                        List.of(VALIDATION_SERVICE, ISSUANCE_SERVICE, CLIENTS),
                        CERTIFICATE_ID + "; for certificate.refused the request's ce_id, as there is no certificate",
                        "Answers to requests, and what became of orders.");
            case VALIDATIONS ->
                new TopicUse(
                        topic,
                        VALIDATION_SERVICE,
                        List.of(ISSUANCE_SERVICE, ORDER_SERVICE),
                        CERTIFICATE_ID,
                        "Whether control of the identifiers was proven.");
            case ISSUANCES ->
                new TopicUse(
                        topic,
                        ISSUANCE_SERVICE,
                        List.of(DEPLOY_AGENT, ORDER_SERVICE, CLIENTS),
                        CERTIFICATE_ID,
                        "Whether the CA issued. Public data and a Vault path; never a key.");
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
                        "the issuer's name; a record without a value (tombstone) takes the issuer away",
                        "The issuers as they are now, read whole by every replica of its readers.");
            case CHALLENGES ->
                new TopicUse(
                        topic,
                        VALIDATION_SERVICE,
                        List.of(VALIDATION_SERVICE),
                        "the challenge's token; a record without a value (tombstone) takes the answer back",
                        "Live challenge answers, read whole by every replica of the validation-service.");
        };
    }

    List<EventType> types() {
        return Arrays.stream(EventType.values())
                .filter(type -> type.topic() == topic)
                .toList();
    }

    String cleanupPolicy() {
        return topic.compacted() ? "compact" : "delete";
    }
}
