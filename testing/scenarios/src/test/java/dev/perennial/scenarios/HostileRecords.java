package dev.perennial.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderId;
import dev.perennial.events.Topic;
import dev.perennial.events.Uuids;
import dev.perennial.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * Random and mutated records for the topics of the contract and for the topic of a team; equal for equal seeds, except for
 * the ids.
 */
final class HostileRecords {
    /** Half of the requests are on this topic. */
    static final String TEAM_TOPIC = Topic.ofTeam("hostile");

    private static final byte[] NOT_UTF8 = {(byte) 0xc3, (byte) 0x28, (byte) 0xff, 0, (byte) 0xed, (byte) 0xa0};
    /** A valid event of these types makes a service wait for a CA that does not exist; these fields name the CA. */
    private static final Set<String> CA_FIELDS =
            Set.of("issuer", "acmeOrder", "url", "finalizeUrl", "authorizationUrls", "expires");

    /** Facts about an order that the order-service only compares; other services do not act on them. */
    private static final Set<EventType> ABOUT_A_REAL_ORDER = Set.of(
            EventType.ORDER_REJECTED,
            EventType.CERTIFICATE_ISSUED,
            EventType.ISSUANCE_FAILED,
            EventType.CERTIFICATE_REVOKED,
            EventType.REVOCATION_FAILED,
            EventType.CERTIFICATE_DEPLOYED,
            EventType.CERTIFICATE_REHEARSED,
            EventType.DEPLOYMENT_FAILED,
            EventType.DEPLOYMENT_ROLLED_BACK);

    private final RandomGenerator random;
    private final CertificateDeployed real;
    private final URI ca;
    private final Map<String, JsonNode> signingKeys;
    private final Map<EventType, ObjectNode> golden = new EnumMap<>(EventType.class);

    /**
     * @param real a deployed certificate, whose ids some facts contain
     * @param ca a URL at the origin of the issuer
     * @param signingKeys of the services: a service that was taken over signs its hostile records
     */
    HostileRecords(long seed, CertificateDeployed real, URI ca, Map<String, JsonNode> signingKeys) {
        this.random = new Random(seed);
        this.real = real;
        this.ca = ca;
        this.signingKeys = signingKeys;
        for (EventType type : EventType.values()) {
            golden.put(type, read(type));
        }
    }

    /** Each type on each topic, unchanged, with the source of the topic's writer. */
    List<ProducerRecord<byte[], byte[]>> everyTypeOnEveryTopic() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            for (EventType type : EventType.values()) {
                ObjectNode data = data(type);
                var record = new ProducerRecord<>(name(topic), key(), bytes(data));
                attributes(record.headers(), type, source(topic));
                records.add(record);
                records.add(signed(
                        topic,
                        new ProducerRecord<>(record.topic(), null, record.key(), record.value(), record.headers())));
            }
        }
        return records;
    }

    private ProducerRecord<byte[], byte[]> signed(Topic topic, ProducerRecord<byte[], byte[]> record) {
        topic.service().map(signingKeys::get).ifPresent(key -> {
            if (record.key() != null) {
                record.headers().add(CloudEvent.SUBJECT, record.key());
            }
            Map<String, String> headers = new HashMap<>();
            record.headers().forEach(header -> {
                if (header.value() != null) {
                    headers.put(
                            header.key().toLowerCase(Locale.ROOT), new String(header.value(), StandardCharsets.UTF_8));
                }
            });
            record.headers()
                    .add(
                            CloudEvent.SIGNATURE,
                            utf8(ServiceSignature.sign(key, topic.topicName(), headers, record.value())));
        });
        return record;
    }

    /** A record for each topic, of almost the largest size that a broker accepts. */
    List<ProducerRecord<byte[], byte[]>> large() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            var record = new ProducerRecord<>(name(topic), text(100_000), text(200_000));
            attributes(record.headers(), typeOf(topic), source(topic));
            record.headers().add("note", text(10_000));
            records.add(record);
        }
        return records;
    }

    /** A record for each topic that is small if it is compressed only. */
    List<ProducerRecord<byte[], byte[]>> compressible() {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            var record = new ProducerRecord<>(name(topic), key(), new byte[1_000_000]);
            attributes(record.headers(), typeOf(topic), source(topic));
            records.add(record);
        }
        return records;
    }

    ProducerRecord<byte[], byte[]> next() {
        Topic topic = oneOf(Topic.values());
        EventType type = random.nextInt(4) == 0 ? oneOf(EventType.values()) : typeOf(topic);
        var record = new ProducerRecord<>(name(topic), anyKey(topic), anyValue(type));
        if (random.nextInt(8) != 0) {
            attributes(record.headers(), type, random.nextInt(4) == 0 ? "/shop" : source(topic));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            damage(record.headers());
        }
        return random.nextBoolean() ? signed(topic, record) : record;
    }

    private void damage(Headers headers) {
        String name = oneOf(
                CloudEvent.ID,
                CloudEvent.SOURCE,
                CloudEvent.TYPE,
                CloudEvent.SPEC_VERSION,
                CloudEvent.TIME,
                CloudEvent.SUBJECT,
                CloudEvent.CONTENT_TYPE,
                "ce_datacontenttype",
                "ce_dataschema",
                "ce_",
                "",
                "traceparent",
                "tracestate",
                "baggage",
                "CE_TYPE");
        switch (random.nextInt(8)) {
            case 0 -> headers.remove(name);
            case 1 -> headers.add(name, null);
            case 2 -> headers.add(name, new byte[0]);
            case 3 -> headers.add(name, text(10_000));
            case 4 -> headers.add(name, NOT_UTF8);
            case 5 -> {
                for (int i = 0; i < 50; i++) {
                    headers.add(name, text(20));
                }
            }
            case 6 -> headers.add(name, utf8("00-" + "0".repeat(32) + "-zz"));
            default ->
                headers.add(
                        name,
                        utf8(oneOf(
                                "yesterday",
                                "\"/shop\"",
                                "application/cloudevents+json",
                                "https://[::",
                                "2026-13-45T99:99:99Z",
                                "+999999999-12-31T23:59:59Z",
                                "0.3",
                                "order.placed\u0000")));
        }
    }

    private byte[] anyKey(Topic topic) {
        return switch (random.nextInt(6)) {
            // The broker refuses records without a key on compacted topics.
            case 0 -> topic.compacted() ? key() : null;
            case 1 -> new byte[0];
            case 2 -> NOT_UTF8;
            case 3 -> random.nextInt(20) == 0 ? text(100_000) : text(300);
            case 4 -> utf8(real.certificateId().toString());
            default -> key();
        };
    }

    private byte[] key() {
        return utf8(Uuids.next().toString());
    }

    private byte[] anyValue(EventType type) {
        byte[] valid = bytes(data(type));
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> new byte[0];
            case 2 -> utf8("[".repeat(20_000));
            case 3 -> utf8("{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000));
            case 4 -> java.util.Arrays.copyOf(valid, random.nextInt(valid.length));
            case 5 -> NOT_UTF8;
            case 6 -> utf8(oneOf("null", "{}", "[]", "0", "\"\"", "{\"specversion\":\"1.0\",\"type\":"));
            case 7 -> valid;
            default -> bytes(mutated(type));
        };
    }

    private ObjectNode mutated(EventType type) {
        ObjectNode data = data(type);
        ObjectNode place = data;
        for (int depth = 0; depth < 3; depth++) {
            List<String> fields = new ArrayList<>();
            place.fieldNames().forEachRemaining(fields::add);
            fields.removeAll(CA_FIELDS);
            if (fields.isEmpty()) {
                return data;
            }
            String field = fields.get(random.nextInt(fields.size()));
            JsonNode child = place.get(field);
            if (child instanceof ObjectNode object && random.nextBoolean()) {
                place = object;
                continue;
            }
            if (random.nextInt(6) == 0) {
                place.remove(field);
            } else {
                place.set(field, anyNode());
            }
            return data;
        }
        return data;
    }

    private JsonNode anyNode() {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(10)) {
            case 0 -> json.nullNode();
            case 1 -> json.textNode("");
            case 2 -> json.textNode("a\u0000b");
            case 3 -> json.textNode("\ud800");
            case 4 -> json.textNode("x".repeat(10_000));
            case 5 -> json.numberNode(-1);
            case 6 -> json.numberNode(1e300);
            case 7 -> json.arrayNode().add(json.nullNode());
            case 8 -> json.objectNode().put("a", 1);
            default -> json.textNode("+10000-01-01T00:00:00Z");
        };
    }

    /** The golden data, adapted so that no service waits for what does not exist, and no real host acts on it. */
    private ObjectNode data(EventType type) {
        ObjectNode data = golden.get(type).deepCopy();
        boolean about = ABOUT_A_REAL_ORDER.contains(type) && random.nextBoolean();
        adapt(data, about ? real.certificateId() : CertificateId.next(), about ? real.orderId() : OrderId.next());
        return data;
    }

    private void adapt(ObjectNode node, CertificateId certificate, OrderId order) {
        for (Map.Entry<String, JsonNode> field : List.copyOf(node.properties())) {
            switch (field.getKey()) {
                case "certificateId" -> node.put(field.getKey(), certificate.toString());
                case "orderId" -> node.put(field.getKey(), order.toString());
                case "issuer" -> node.put(field.getKey(), "pebble");
                case "targets", "hosts" ->
                    node.set(
                            field.getKey(), JsonNodeFactory.instance.arrayNode().add("web-99"));
                case "url", "finalizeUrl" ->
                    node.put(field.getKey(), ca.resolve("/my-order/none").toString());
                case "authorizationUrls" ->
                    node.set(
                            field.getKey(),
                            JsonNodeFactory.instance
                                    .arrayNode()
                                    .add(ca.resolve("/authZ/none").toString()));
                default -> {
                    switch (field.getValue()) {
                        case ObjectNode object -> adapt(object, certificate, order);
                        case ArrayNode array ->
                            array.forEach(item -> {
                                if (item instanceof ObjectNode object) {
                                    adapt(object, certificate, order);
                                }
                            });
                        case JsonNode other -> {}
                    }
                }
            }
        }
    }

    private String name(Topic topic) {
        return topic == Topic.REQUESTS && random.nextBoolean() ? TEAM_TOPIC : topic.topicName();
    }

    private EventType typeOf(Topic topic) {
        return oneOf(java.util.Arrays.stream(EventType.values())
                .filter(type -> type.topic() == topic)
                .toArray(EventType[]::new));
    }

    private String source(Topic topic) {
        return switch (topic) {
            case REQUESTS -> "/shop";
            case ORDERS, ISSUERS -> "/perennial/order-service";
            case VALIDATIONS, CHALLENGES -> "/perennial/validation-service";
            case ISSUANCES -> "/perennial/issuance-service";
            case DEPLOYMENTS ->
                Topic.sourceOfAgent(random.nextBoolean() ? real.host() : "other-host")
                        .toString();
        };
    }

    private static void attributes(Headers headers, EventType type, String source) {
        headers.add(CloudEvent.SPEC_VERSION, utf8(CloudEvent.VERSION));
        headers.add(CloudEvent.ID, utf8(Uuids.next().toString()));
        headers.add(CloudEvent.SOURCE, utf8(source));
        headers.add(CloudEvent.TYPE, utf8(type.wireName()));
        headers.add(CloudEvent.CONTENT_TYPE, utf8(CloudEvent.JSON));
    }

    private byte[] text(int length) {
        byte[] text = new byte[length];
        for (int i = 0; i < length; i++) {
            text[i] = (byte) random.nextInt(' ', '~');
        }
        return text;
    }

    @SafeVarargs
    private <T> T oneOf(T... values) {
        return values[random.nextInt(values.length)];
    }

    private static byte[] bytes(ObjectNode data) {
        return utf8(data.toString());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The golden data of a type. */
    static ObjectNode read(EventType type) {
        try {
            return (ObjectNode) EventCodec.mapper()
                    .readTree(Files.readString(Checkout.find()
                            .root()
                            .resolve("events/src/test/resources/golden/" + type.wireName() + ".json")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
