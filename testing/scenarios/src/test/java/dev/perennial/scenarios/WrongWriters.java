package dev.perennial.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Topic;
import dev.perennial.events.Uuids;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.Fleet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Every type on every topic by every writer that may not publish it there. */
final class WrongWriters {
    /** One claim: a source, and a signature for a topic, if any. */
    private record Writer(Optional<JsonNode> key, String source, String signedTopic) {}

    private final Map<String, JsonNode> services;
    private final JsonNode hostKey;
    private final JsonNode unknownKey;
    private final String host;
    private final CertificateIssued issued;
    private final List<EventRecorder.Received> genuine;

    /** @param issued whose ids the records contain; where a genuine record about it exists, they have its data */
    WrongWriters(Stack stack, CertificateIssued issued, List<EventRecorder.Received> received) {
        this.services = ServiceSignature.keysOfServices(stack.vault().api());
        this.host = stack.host();
        this.hostKey = privateKeyOfHost(stack);
        this.unknownKey = ServiceSignature.newKey();
        this.issued = issued;
        this.genuine = received;
    }

    List<ProducerRecord<byte[], byte[]>> records() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            for (EventType type : EventType.values()) {
                if (topic != Topic.REQUESTS) {
                    writers(topic, type).forEach(writer -> records.add(record(topic, type, writer, data(type))));
                } else if (type.topic() != topic) {
                    records.add(record(topic, type, rightWriter(type.topic()).orElseThrow(), data(type)));
                }
            }
            if (topic.compacted()) {
                EventType state = stateOf(topic);
                writers(topic, state).forEach(writer -> records.add(record(topic, state, writer, null)));
            }
        }
        return records;
    }

    /** A record of this topic with other data, by the writer that may publish it. */
    ProducerRecord<byte[], byte[]> byTheRightWriter(EventType type, ObjectNode data) {
        return record(type.topic(), type, rightWriter(type.topic()).orElseThrow(), utf8(data.toString()));
    }

    private List<Writer> writers(Topic topic, EventType type) {
        String name = topic.topicName();
        Writer right = rightWriter(topic).orElseThrow();
        List<Writer> writers = new ArrayList<>();
        writers.add(new Writer(Optional.empty(), right.source(), name));
        writers.add(new Writer(Optional.of(unknownKey), right.source(), name));
        writers.add(new Writer(right.key(), right.source(), "certificate.other"));
        services.forEach((service, key) -> {
            if (!topic.service().equals(Optional.of(service))) {
                writers.add(new Writer(Optional.of(key), right.source(), name));
                writers.add(new Writer(right.key(), "/perennial/" + service, name));
            }
        });
        if (topic != Topic.DEPLOYMENTS) {
            writers.add(new Writer(Optional.of(hostKey), right.source(), name));
        }
        writers.add(new Writer(right.key(), Topic.sourceOfAgent("web-99").toString(), name));
        if (type.topic() != topic) {
            rightWriter(type.topic()).ifPresent(it -> writers.add(new Writer(it.key(), it.source(), name)));
            writers.add(right);
        }
        return writers;
    }

    private Optional<Writer> rightWriter(Topic topic) {
        if (topic == Topic.DEPLOYMENTS) {
            return Optional.of(
                    new Writer(Optional.of(hostKey), Topic.sourceOfAgent(host).toString(), topic.topicName()));
        }
        return topic.service()
                .map(service ->
                        new Writer(Optional.of(services.get(service)), "/perennial/" + service, topic.topicName()));
    }

    private ProducerRecord<byte[], byte[]> record(Topic topic, EventType type, Writer writer, byte[] value) {
        String key = key(type, value);
        Map<String, String> headers = new HashMap<>();
        headers.put(CloudEvent.SPEC_VERSION, CloudEvent.VERSION);
        headers.put(CloudEvent.ID, Uuids.next().toString());
        headers.put(CloudEvent.SOURCE, writer.source());
        headers.put(CloudEvent.TYPE, type.wireName());
        headers.put(CloudEvent.TIME, Clock.systemUTC().instant().toString());
        headers.put(CloudEvent.SUBJECT, key);
        headers.put(CloudEvent.CONTENT_TYPE, CloudEvent.JSON);
        writer.key()
                .ifPresent(jwk -> headers.put(
                        CloudEvent.SIGNATURE, ServiceSignature.sign(jwk, writer.signedTopic(), headers, value)));
        var record = new ProducerRecord<>(topic.topicName(), utf8(key), value);
        headers.forEach((name, text) -> record.headers().add(name, utf8(text)));
        return record;
    }

    private String key(EventType type, byte[] value) {
        return type.topic() == Topic.ISSUERS
                ? "pebble"
                : type.topic() == Topic.CHALLENGES && value != null
                        ? FleetClient.json(text(value)).get("token").asText()
                        : issued.certificateId().toString();
    }

    /** Of the genuine record about the certificate, which a reader would accept from its writer; otherwise golden. */
    private byte[] data(EventType type) {
        return genuine.stream()
                .filter(it -> type.wireName().equals(it.headers().get(CloudEvent.TYPE)))
                .filter(it -> issued.certificateId().toString().equals(it.key()) && it.value() != null)
                .map(EventRecorder.Received::value)
                .findFirst()
                .orElseGet(() -> utf8(adapted(HostileRecords.read(type)).toString()));
    }

    private ObjectNode adapted(ObjectNode data) {
        for (Map.Entry<String, JsonNode> field : List.copyOf(data.properties())) {
            switch (field.getKey()) {
                case "certificateId" ->
                    data.put("certificateId", issued.certificateId().toString());
                case "orderId" -> data.put("orderId", issued.orderId().toString());
                case "fingerprint" -> data.put("fingerprint", issued.fingerprint());
                case "serial" -> data.put("serial", issued.serial());
                case "host" -> data.put("host", host);
                case "issuer" -> data.put("issuer", "pebble");
                default -> {
                    if (field.getValue() instanceof ObjectNode child) {
                        adapted(child);
                    }
                }
            }
        }
        return data;
    }

    private static EventType stateOf(Topic topic) {
        return Arrays.stream(EventType.values())
                .filter(type -> type.topic() == topic)
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode privateKeyOfHost(Stack stack) {
        try {
            return FleetClient.json(Files.readString(
                    Fleet.agentFolder(stack.run(), stack.host()).resolve("signing-key.json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ObjectNode tree(byte[] value) {
        return (ObjectNode) EventCodec.mapper().valueToTree(FleetClient.json(text(value)));
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
