package dev.perennial.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The bytes of the contract, one file per type. They are never rewritten, because a change breaks readers.
 */
public final class Golden {
    private static final String REQUEST_ID = "01938a4e-7b00-7f21-a3c4-d5e6f7a8b9c0";

    private Golden() {}

    /** The pretty-printed file. */
    public static String text(EventType type) {
        return text("", type);
    }

    /** Another file of the type: {@code before/}, without the field that was added last, or {@code rehearsal/}. */
    static String text(String folder, EventType type) {
        return resource("/golden/" + folder + type.wireName() + ".json");
    }

    private static String resource(String name) {
        try (InputStream file = Golden.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new AssertionError("no golden file src/test/resources" + name);
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same in compact form, with the fields in the file's order. */
    public static ObjectNode tree(EventType type) {
        return tree("", type);
    }

    static ObjectNode tree(String folder, EventType type) {
        return parse(text(folder, type));
    }

    /** The file as it was before the first release; it is never rewritten. */
    static ObjectNode baseline(EventType type) {
        return parse(resource("/baseline/" + type.wireName() + ".json"));
    }

    private static ObjectNode parse(String json) {
        try {
            return (ObjectNode) EventCodec.mapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every header of a record of the type, with trace context. */
    public static Map<String, String> headers(EventType type) {
        ObjectNode data = tree(type);
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(CloudEvent.SPEC_VERSION, CloudEvent.VERSION);
        headers.put(
                CloudEvent.ID,
                type == EventType.CERTIFICATE_REQUESTED
                        ? REQUEST_ID
                        : "01938a4e-8000-7000-8000-0000000000" + (10 + type.ordinal()));
        headers.put(CloudEvent.SOURCE, source(type));
        headers.put(CloudEvent.TYPE, type.wireName());
        headers.put(CloudEvent.TIME, "2026-11-21T10:00:00Z");
        headers.put(CloudEvent.SUBJECT, key(type, data));
        if (type.topic() != Topic.REQUESTS) {
            headers.put(CloudEvent.AUTH_TYPE, "api_key");
            headers.put(CloudEvent.AUTH_ID, "token:ci-shop");
        }
        headers.put(CloudEvent.CONTENT_TYPE, CloudEvent.JSON);
        headers.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        return headers;
    }

    /** The record key, which is also the subject. */
    public static String key(EventType type) {
        return key(type, tree(type));
    }

    private static String key(EventType type, ObjectNode data) {
        return switch (type) {
            case CERTIFICATE_REQUESTED, REVOCATION_REQUESTED, RENEWAL_REQUESTED ->
                data.get("owner").asText() + "/" + data.get("name").asText();
            case CERTIFICATE_REFUSED -> data.get("requestId").asText();
            case APPROVAL_REQUESTED, APPROVAL_DECIDED -> data.get("approvalId").asText();
            case CHALLENGE_PRESENTED ->
                ChallengePresented.key(
                        data.get("challengeType").asText(), data.get("token").asText());
            case ISSUER_CONFIGURED -> data.get("settings").get("name").asText();
            case ORDER_PLACED, ORDER_AUTHORIZED, DEPLOYMENT_OVERDUE ->
                data.get("order").get("certificateId").asText();
            case CERTIFICATE_ACCEPTED,
                    CERTIFICATE_RETIRED,
                    CERTIFICATE_TRANSFERRED,
                    CERTIFICATE_NAMES_FAILING,
                    ORDER_FAILED,
                    ORDER_REJECTED,
                    ORDER_REHEARSED,
                    CERTIFICATE_ISSUED,
                    ISSUANCE_FAILED,
                    CERTIFICATE_DEPLOYED,
                    CERTIFICATE_REHEARSED,
                    DEPLOYMENT_FAILED,
                    DEPLOYMENT_ROLLED_BACK,
                    REVOCATION_ACCEPTED,
                    REVOCATION_ORDERED,
                    CERTIFICATE_REVOKED,
                    REVOCATION_FAILED,
                    RENEWAL_STARTED -> data.get("certificateId").asText();
        };
    }

    private static String source(EventType type) {
        return switch (type.topic()) {
            case REQUESTS -> "/web-team/deploy-pipeline";
            case ORDERS, ISSUERS -> "/perennial/order-service";
            case VALIDATIONS, CHALLENGES -> "/perennial/validation-service";
            case ISSUANCES -> "/perennial/issuance-service";
            case DEPLOYMENTS -> "/perennial/deploy-agent/web-1";
        };
    }
}
