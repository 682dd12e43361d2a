package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who may publish what, without access rules in Kafka: docs/reference/events.md. */
class WrongWritersScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FIRST = "writers-1";
    private static final String SECOND = "writers-2";
    private static final String THIRD = "writers-3";

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder().sites(List.of(site(FIRST), site(SECOND), site(THIRD))));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    void aRecordOfAWrongWriterChangesNothing() {
        request(FIRST);
        events.await(CertificateDeployed.class, it -> it.name().equals(FIRST));
        ServicePart agent = stack.service("deploy-agent");
        agent.kill();
        request(SECOND);
        CertificateIssued issued =
                events.await(CertificateIssued.class, it -> it.name().equals(SECOND));
        String id = issued.certificateId().toString();
        client.awaitState(id, "ISSUED");
        FleetState before = FleetState.of(stack);
        WrongWriters writers = new WrongWriters(stack, issued, events.received());

        List<ProducerRecord<byte[], byte[]>> records = writers.records();
        assertThat(records).hasSizeGreaterThan(1_000);
        send(records);
        awaitReaders("order-service", "validation-service", "issuance-service", "issuance-service.revocations");

        assertThat(FleetState.of(stack).differencesFrom(before)).isEmpty();
        assertThat(refused("order-service")).isGreaterThan(20);
        assertThat(refused("validation-service")).isGreaterThan(5);
        assertThat(refused("issuance-service")).isGreaterThan(20);

        agent.start();
        client.awaitState(id, "DEPLOYED");
        awaitReaders("deploy-agent." + stack.host());
        assertThat(refused("deploy-agent")).isGreaterThan(5);
        assertThat(events.all(CertificateDeployed.class, it -> it.name().equals(SECOND)))
                .extracting(CertificateDeployed::fingerprint)
                .containsOnly(issued.fingerprint());
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), SECOND + ".demo.test")))
                .isEqualTo(issued.fingerprint());

        sendsNoKeyToAHostThatTheOrderServiceDidNotSign(writers, id);

        // The issuer survives the forged tombstones, and every channel still works.
        request(THIRD);
        events.await(CertificateDeployed.class, it -> it.name().equals(THIRD));
    }

    /** Not even if the key of the validation-service was read by others. */
    private static void sendsNoKeyToAHostThatTheOrderServiceDidNotSign(WrongWriters writers, String certificate) {
        FleetState before = FleetState.of(stack);
        for (EventType type : List.of(EventType.ORDER_AUTHORIZED, EventType.CERTIFICATE_ISSUED)) {
            ObjectNode data = genuine(type, certificate);
            ObjectNode order = data.has("order") ? (ObjectNode) data.get("order") : data;
            order.withArray("targets").add("web-99");
            send(List.of(writers.byTheRightWriter(type, data)));
            order.remove("signedOrder");
            send(List.of(writers.byTheRightWriter(type, data)));
        }
        awaitReaders("issuance-service", "deploy-agent." + stack.host());

        assertThat(FleetState.of(stack).secrets()).isEqualTo(before.secrets());
        // The one with a further target counts with the targets that were signed; the one without a signature is
        // refused.
        assertThat(metric("issuance-service", "perennial_unverified_events_total", "order-"))
                .isEqualTo(1);
    }

    private static ObjectNode genuine(EventType type, String certificate) {
        return WrongWriters.tree(events.await(
                        type.wireName(),
                        it -> type.wireName().equals(it.headers().get(CloudEvent.TYPE)) && certificate.equals(it.key()))
                .value());
    }

    private static Site site(String name) {
        return Site.of(name, name + ".demo.test");
    }

    private static void request(String name) {
        client.request(client.certificate(name, name + ".demo.test"));
    }

    private static void awaitReaders(String... groups) {
        try (var readers = new ConsumerGroups(stack.bootstrapServers(), groups)) {
            Await.until("the end of every topic", LIMIT, () -> readers.lag().isEmpty(), () -> readers.lag()
                    .toString());
        }
    }

    private static double refused(String service) {
        return metric(service, "perennial_unverified_events_total", "")
                + metric(service, "perennial_foreign_events_total", "");
    }

    /** The sum over all labels that contain a text. */
    private static double metric(String service, String name, String label) {
        String metrics = client.call(HttpRequest.newBuilder(
                        stack.service(service).management().resolve("/q/metrics")))
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith(name) && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .sum();
    }

    private static void send(List<ProducerRecord<byte[], byte[]>> records) {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            var sent = records.stream().map(producer::send).toList();
            producer.flush();
            assertThat(sent).allSatisfy(record -> assertThat(record).succeedsWithin(LIMIT));
        }
    }
}
