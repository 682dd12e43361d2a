package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A client in another language: it uses only the AsyncAPI document and a Kafka client, and no class of Perennial. */
class PlainClientScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(Site.of("plain", "plain.demo.test", "www.plain.demo.test"));

    @Test
    void requestsACertificateFromTheDocumentAlone() throws Exception {
        JsonNode document =
                new YAMLMapper().readTree(Stack.class.getClassLoader().getResourceAsStream("asyncapi.yaml"));
        JsonNode channel = document.at("/channels/certificate.requests");
        JsonNode example = document.at("/components/messages/certificate.requested/examples/0");
        Stack stack = FLEET.stack();
        ObjectNode payload = example.get("payload").deepCopy();
        payload.put("name", "plain");
        payload.remove("issuer");
        payload.set("targets", new ObjectMapper().createArrayNode().add(stack.host()));
        ArrayNode identifiers = payload.putArray("identifiers");
        identifiers.addObject().put("type", "dns").put("value", "plain.demo.test");
        identifiers.addObject().put("type", "dns").put("value", "www.plain.demo.test");
        var record = new ProducerRecord<>(channel.get("address").asText(), "web-team/plain", payload.toString());
        String id = UUID.randomUUID().toString();
        example.get("headers").properties().forEach(h -> record.headers()
                .add(
                        h.getKey(),
                        (h.getKey().equals("ce_id") ? id : h.getValue().asText()).getBytes(StandardCharsets.UTF_8)));
        Map<String, Object> broker = Map.of("bootstrap.servers", stack.bootstrapServers());
        try (var producer = new KafkaProducer<>(broker, new StringSerializer(), new StringSerializer());
                var consumer = new KafkaConsumer<>(broker, new StringDeserializer(), new StringDeserializer())) {
            readFromTheEndOf(consumer, "certificate.orders", "certificate.deployments");

            producer.send(record).get();

            JsonNode accepted = await(consumer, "requestId", id, "certificateId");
            JsonNode deployed = await(
                    consumer, "certificateId", accepted.get("certificateId").asText(), "fingerprint");
            var leaf = ServedLeaf.at(stack.nginx().port(), "www.plain.demo.test");
            assertThat(Sha256.fingerprint(leaf))
                    .isEqualTo(deployed.get("fingerprint").asText());
        }
    }

    /** Other tests of the fleet leave records behind that are not JSON. */
    private static void readFromTheEndOf(KafkaConsumer<String, String> consumer, String... topics) {
        var partitions = Stream.of(topics)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Determines the offsets, because seekToEnd does so only when they are needed.
        partitions.forEach(consumer::position);
    }

    private final List<JsonNode> values = new ArrayList<>();

    /** The first value in which {@code field} has this text, and that has all {@code others}. */
    private JsonNode await(KafkaConsumer<String, String> consumer, String field, String text, String... others)
            throws Exception {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            for (JsonNode value : values) {
                if (text.equals(value.path(field).asText())
                        && List.of(others).stream().allMatch(value::has)) {
                    return value;
                }
            }
            for (var record : consumer.poll(Duration.ofMillis(200))) {
                values.add(new ObjectMapper().readTree(record.value()));
            }
        }
        throw new AssertionError(
                "no value with " + field + " = " + text + " within " + LIMIT + "; received: " + values);
    }
}
