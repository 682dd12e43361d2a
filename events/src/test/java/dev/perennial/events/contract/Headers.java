package dev.perennial.events.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;

/** The schema of the Kafka record headers: CloudEvents 1.0 in binary mode, and W3C trace context. */
final class Headers {
    static final String TRACEPARENT = "traceparent";

    private Headers() {}

    /** The headers of all types. */
    static ObjectNode schema() {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        schema.put(
                "description", "CloudEvents 1.0 attributes in Kafka's binary mode. Names in lower case, values UTF-8.");
        ObjectNode headers = schema.putObject("properties");
        header(headers, CloudEvent.SPEC_VERSION, "The version of CloudEvents.").put("const", CloudEvent.VERSION);
        header(
                        headers,
                        CloudEvent.ID,
                        "Created with the event, and unchanged when the event is sent again. Perennial uses UUIDv7; a client's"
                                + " may be any text that is unique within its ce_source.")
                .put("minLength", 1);
        header(
                        headers,
                        CloudEvent.SOURCE,
                        "The writer of the event, a URI reference such as /web-team/deploy-pipeline.")
                .put("format", "uri-reference")
                .put("minLength", 1);
        header(headers, CloudEvent.TYPE, "The type of the event.").put("minLength", 1);
        header(headers, CloudEvent.TIME, "The time of the event, RFC 3339. Absent: the time at which it was read.")
                .put("format", "date-time");
        header(headers, CloudEvent.SUBJECT, "The subject of the event: the record key. Absent: the ce_id.");
        header(
                headers,
                CloudEvent.AUTH_TYPE,
                "The type of the initiator (CloudEvents extension Auth Context): user, service_account for the writers of a"
                        + " topic, api_key for a service token, system for a service of Perennial. It follows from ce_authid.");
        header(
                        headers,
                        CloudEvent.AUTH_ID,
                        "The principal on whose behalf the event is published: the requester, for everything that follows from"
                                + " a request, or the service that acts by itself. In every event but requests; the one in a request"
                                + " is not read: the topic determines its principal.")
                .put("minLength", 1)
                .put("maxLength", Initiator.MAX_LENGTH);
        header(headers, CloudEvent.CONTENT_TYPE, "The media type of the record's value.")
                .put("const", CloudEvent.JSON);
        header(
                headers,
                CloudEvent.SIGNATURE,
                "The signature of the writer: a JWS with detached content (RFC 7515 appendix F) over the topic, the attributes"
                        + " that identify the event, and the value. Clients do not sign.");
        header(
                        headers,
                        TRACEPARENT,
                        "W3C trace context of the writer. All processing of the event joins this trace."
                                + " Absent: a new trace starts.")
                .put("pattern", "^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$");
        header(headers, "tracestate", "W3C trace state, propagated unchanged.");
        schema.putArray("required")
                .add(CloudEvent.SPEC_VERSION)
                .add(CloudEvent.ID)
                .add(CloudEvent.SOURCE)
                .add(CloudEvent.TYPE);
        return schema;
    }

    /** The headers of one type. */
    static ObjectNode of(EventType type) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode();
        schema.put("type", "object");
        schema.putArray("allOf").addObject().put("$ref", "#/components/schemas/cloudEventHeaders");
        schema.putObject("properties").putObject(CloudEvent.TYPE).put("const", type.wireName());
        return schema;
    }

    private static ObjectNode header(ObjectNode headers, String name, String description) {
        return headers.putObject(name).put("type", "string").put("description", description);
    }
}
