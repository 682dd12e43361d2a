package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.Sha256;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Who may publish what, without access rules in Kafka: docs/reference/events.md. The last test revokes the key of the
 * host.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WrongWritersScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FIRST = "writers-1";
    private static final String SECOND = "writers-2";
    private static final String THIRD = "writers-3";
    private static final String REPORTED = "writers-4";
    private static final String REVOKED = "writers-5";

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .sites(Stream.of(FIRST, SECOND, THIRD, REPORTED, REVOKED)
                    .map(name -> Site.of(name, name + ".demo.test"))
                    .toList()));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Order(1)
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

    /** Someone who may write to {@code certificate.deployments} reports in the name of the host. */
    @Order(2)
    @Test
    void countsNoForgedReport() {
        ServicePart agent = stack.service("deploy-agent");
        agent.kill();
        CertificateIssued issued = issued(REPORTED);

        CertificateDeployed forged = new CertificateDeployed(
                issued.certificateId(),
                issued.orderId(),
                REPORTED,
                stack.host(),
                issued.serial(),
                issued.fingerprint(),
                "127.0.0.1:443",
                REPORTED + ".demo.test",
                "TLSv1.3",
                "forged");
        client.publish(
                Topic.DEPLOYMENTS,
                CloudEvent.about(
                        issued.certificateId().toString(),
                        Topic.sourceOfAgent(stack.host()),
                        forged,
                        Initiator.system(Topic.sourceOfAgent(stack.host())),
                        Clock.systemUTC()));

        assertThat(refusal(issued).toString()).contains("it is not signed");
        client.awaitState(issued.certificateId().toString(), "ISSUED");

        agent.start();
        client.awaitState(issued.certificateId().toString(), "DEPLOYED");

        // A removed host still has its key, and serves its certificates.
        String key = client.get("/api/v1/hosts/" + stack.host() + "/keys")
                .at("/0/id")
                .asText();
        assertThat(client.call("DELETE", "/api/v1/hosts/" + stack.host() + "/keys/" + key)
                        .statusCode())
                .isEqualTo(204);
        CertificateIssued second = issued(REVOKED);
        assertThat(refusal(second).toString()).contains("a revoked key");
        client.awaitState(second.certificateId().toString(), "ISSUED");
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
        for (String reader : List.of("issuance-service", "deploy-agent")) {
            assertThat(metric(reader, "perennial_unverified_events_total", "order-"))
                    .as(reader)
                    .isEqualTo(1);
        }
    }

    private static ObjectNode genuine(EventType type, String certificate) {
        return WrongWriters.tree(events.await(
                        type.wireName(),
                        it -> type.wireName().equals(it.headers().get(CloudEvent.TYPE)) && certificate.equals(it.key()))
                .value());
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

    /** By their signature: a reader without a check of signatures would still refuse other types and sources. */
    private static double refused(String service) {
        return metric(service, "perennial_unverified_events_total", "");
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

    private static CertificateIssued issued(String name) {
        client.request(client.certificate(name, name + ".demo.test"));
        return events.await(CertificateIssued.class, it -> it.name().equals(name));
    }

    /** Waits for the entry of the timeline. */
    private static JsonNode refusal(CertificateIssued issued) {
        JsonNode[] found = new JsonNode[1];
        Await.until("a refused report of " + issued.name(), LIMIT, () -> {
            for (JsonNode entry : certificate(issued).path("timeline")) {
                if (entry.path("entry").asText().equals("fact.refused")) {
                    found[0] = entry;
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    private static JsonNode certificate(CertificateIssued issued) {
        return client.get("/api/v1/certificates/" + issued.certificateId());
    }
}
