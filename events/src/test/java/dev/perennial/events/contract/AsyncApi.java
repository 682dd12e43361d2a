package dev.perennial.events.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.events.Golden;
import dev.perennial.events.Topic;
import java.util.Arrays;

/**
 * The AsyncAPI 3.0 document: topics, their writers and readers, and every message with headers, key, value and a
 * complete example.
 */
final class AsyncApi {
    private static final String KAFKA_BINDING = "0.5.0";
    private static final String JSON_SCHEMA = "application/schema+json;version=draft-2020-12";

    private final ObjectNode document = JsonNodeFactory.instance.objectNode();

    private AsyncApi() {
        document.put("asyncapi", "3.0.0");
        info();
        server();
        document.put("defaultContentType", CloudEvent.JSON);
        Arrays.stream(Topic.values()).map(TopicUse::of).forEach(this::channel);
        Arrays.stream(Topic.values()).map(TopicUse::of).forEach(this::operations);
        Arrays.stream(EventType.values()).forEach(this::message);
        ObjectNode schemas = document.withObject("/components").putObject("schemas");
        schemas.set("cloudEventHeaders", Headers.schema());
    }

    static ObjectNode document() {
        return new AsyncApi().document;
    }

    private void info() {
        ObjectNode info = document.putObject("info");
        info.put("title", "Perennial");
        info.put("version", "1.0.0");
        info.put("description", """
                Perennial manages TLS certificates: each requested certificate is ordered, issued, installed, proven to be
                served and renewed. This document is generated from the event records; do not edit it.

                To request a certificate, write one record to topic certificate.requests, exactly as in the example of
                message certificate.requested: the headers as Kafka record headers in UTF-8 (CloudEvents 1.0, binary
                mode), the payload as the record's value in JSON. Then follow topic certificate.orders: the record
                whose data has requestId = your ce_id is the answer; on acceptance its certificateId is the record key
                of all following events.

                Changes within a version only add: consumers ignore unknown fields and types. They store
                (ce_source, ce_id) and process a redelivered record only once.""");
        info.putObject("license").put("name", "Apache-2.0").put("url", "https://www.apache.org/licenses/LICENSE-2.0");
    }

    private void server() {
        ObjectNode kafka = document.putObject("servers").putObject("kafka");
        kafka.put("host", "{bootstrap}").put("protocol", "kafka");
        kafka.put(
                "description",
                "The installation's Kafka. Access rules per topic define the clients that may write to it.");
        kafka.putObject("variables")
                .putObject("bootstrap")
                .put("description", "host:port of a broker, from the operator of the installation")
                .put("default", "localhost:9092");
    }

    private void channel(TopicUse use) {
        ObjectNode channel =
                document.withObject("/channels").putObject(use.topic().topicName());
        channel.put("address", use.topic().topicName());
        channel.put("title", use.topic().topicName());
        channel.put("summary", use.purpose());
        channel.put(
                "description",
                "Written by: " + use.writer() + ". Read by: " + String.join(", ", use.readers()) + ". Record key: "
                        + use.key() + ".");
        messages(channel, use);
        ObjectNode binding = channel.putObject("bindings").putObject("kafka");
        binding.put("topic", use.topic().topicName())
                .put("partitions", Topic.PARTITIONS)
                .put("replicas", Topic.REPLICATION_FACTOR);
        ObjectNode configuration = binding.putObject("topicConfiguration");
        configuration.putArray("cleanup.policy").add(use.cleanupPolicy());
        if (!use.topic().compacted()) {
            configuration.put("retention.ms", Topic.RETENTION.toMillis());
        }
        configuration.put("max.message.bytes", Topic.MAX_MESSAGE_BYTES);
        binding.put("bindingVersion", KAFKA_BINDING);
    }

    private static void messages(ObjectNode channel, TopicUse use) {
        ObjectNode messages = channel.putObject("messages");
        use.types().forEach(type -> messages.putObject(type.wireName())
                .put("$ref", "#/components/messages/" + type.wireName()));
    }

    /** Only the operations of Perennial; clients describe their own. */
    private void operations(TopicUse use) {
        if (!use.writer().equals(TopicUse.CLIENTS)) {
            operation(use, use.writer(), "send");
        }
        use.readers().stream()
                .filter(reader -> !reader.equals(TopicUse.CLIENTS))
                .forEach(reader -> operation(use, reader, "receive"));
    }

    private void operation(TopicUse use, String service, String action) {
        ObjectNode operation = document.withObject("/operations")
                .putObject(service + "." + action + "." + use.topic().topicName());
        operation.put("action", action);
        operation.putObject("channel").put("$ref", "#/channels/" + use.topic().topicName());
        operation.put(
                "title",
                service
                        + ("send".equals(action) ? " writes " : " reads ")
                        + use.topic().topicName());
    }

    private void message(EventType type) {
        ObjectNode message = document.withObject("/components/messages").putObject(type.wireName());
        message.put("name", type.wireName());
        message.put("title", type.wireName());
        message.put("summary", Wording.of(type));
        message.put("contentType", CloudEvent.JSON);
        message.set("headers", Headers.of(type));
        ObjectNode payload = message.putObject("payload").put("schemaFormat", JSON_SCHEMA);
        if (type == EventType.CERTIFICATE_REQUESTED) {
            // Included in full, so that authors of requests need no other file.
            payload.set("schema", Schemas.of(type));
        } else {
            payload.putObject("schema").put("$ref", "./schemas/" + Schemas.fileName(type));
        }
        ObjectNode kafka = message.putObject("bindings").putObject("kafka");
        kafka.putObject("key")
                .put("type", "string")
                .put("description", TopicUse.of(type.topic()).key())
                .putArray("examples")
                .add(Golden.key(type));
        kafka.put("bindingVersion", KAFKA_BINDING);
        ObjectNode example = message.putArray("examples").addObject();
        example.put("name", type.wireName());
        example.put("summary", "topic " + type.topic().topicName() + ", record key " + Golden.key(type));
        ObjectNode headers = example.putObject("headers");
        Golden.headers(type).forEach(headers::put);
        example.set("payload", Golden.tree(type));
    }
}
