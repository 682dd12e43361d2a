package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Part;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackBuilder;
import dev.perennial.testbed.ca.Fault;
import dev.perennial.testbed.ca.Misbehaviour;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Kafka is unavailable for longer than every timeout of the producers, which are shortened here. */
class KafkaOutageScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final List<String> IN_VALIDATION = List.of("outage-v1", "outage-v2");
    private static final List<String> IN_ISSUANCE = List.of("outage-i1", "outage-i2");
    private static final List<String> ALL =
            Stream.concat(IN_VALIDATION.stream(), IN_ISSUANCE.stream()).toList();
    private static final Map<String, List<String>> OUTGOING = Map.of(
            "order-service", List.of("orders", "issuers", "dead-letters"),
            "validation-service", List.of("validations", "presented", "dead-letters"),
            "issuance-service", List.of("issuances", "dead-letters"),
            "deploy-agent", List.of("deployments", "dead-letters"));

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(settings());

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    private static StackBuilder settings() {
        StackBuilder builder = Stack.builder()
                .sites(Stream.concat(Stream.of("outage-first", "outage-last"), ALL.stream())
                        .map(name -> Site.of(name, dns(name)))
                        .toList());
        OUTGOING.forEach((service, channels) -> channels.forEach(channel -> {
            String prefix = "mp.messaging.outgoing." + channel + ".";
            builder.serviceProperty(service, prefix + "delivery.timeout.ms", "1500")
                    .serviceProperty(service, prefix + "request.timeout.ms", "1000")
                    .serviceProperty(service, prefix + "max.block.ms", "1000");
        }));
        return builder;
    }

    @Test
    void publishesEveryResultAfterTheOutage() {
        // After one certificate, every service has the account in memory and can proceed without Kafka.
        request("outage-first");
        deployed("outage-first");
        List<Fault> faults = Stream.concat(
                        IN_VALIDATION.stream().map(name -> unavailable(RequestKind.CHALLENGE, name)),
                        IN_ISSUANCE.stream().map(name -> unavailable(RequestKind.FINALIZE, name)))
                .toList();
        ALL.forEach(KafkaOutageScenarioIT::request);
        IN_VALIDATION.forEach(name ->
                events.await(OrderPlaced.class, placed -> placed.order().name().equals(name)));
        IN_ISSUANCE.forEach(name -> events.await(
                OrderAuthorized.class, authorized -> authorized.order().name().equals(name)));
        Await.until("a fault for each order", LIMIT, () -> faults.stream().allMatch(fault -> fault.injections() > 0));

        stack.kafka().stop();
        faults.forEach(Fault::switchOff);
        awaitFailedPublication("challenge.presented", "validation-service");
        awaitFailedPublication("certificate.issued", "issuance-service");
        stack.kafka().start();

        ALL.forEach(KafkaOutageScenarioIT::deployed);
        for (String name : ALL) {
            assertThat(stack.acmeProxy().finalized(dns(name))).as(name).isEqualTo(1);
        }
        assertThat(events.received()).noneMatch(received -> received.topic().endsWith(".dlq"));
        request("outage-last");
        deployed("outage-last");
        assertThat(stack.services())
                .filteredOn(service -> !service.healthy())
                .extracting(Part::name)
                .isEmpty();
    }

    @Test
    void reportsATopicThatDeviatesFromTheContract() {
        assertThat(stack.services())
                .allSatisfy(service ->
                        Await.until("check of the topics by " + service.name(), LIMIT, () -> deviations(service) == 0));

        setRetention(Duration.ofDays(7));
        stack.service("order-service").restart();

        Await.until(
                "alarm about the retention",
                LIMIT,
                () -> ServiceLog.contains(
                        "ALARM: retention.ms of certificate.requests is '604800000', but must be 1209600000",
                        stack.service("order-service")));
        assertThat(deviations(stack.service("order-service"))).isEqualTo(1);
        setRetention(Topic.RETENTION);
    }

    private static int deviations(ServicePart service) {
        String metrics = client.call(HttpRequest.newBuilder(service.management().resolve("/q/metrics")))
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("perennial_topic_deviations "))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static void setRetention(Duration retention) {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topic.REQUESTS.topicName());
        var entry = new ConfigEntry("retention.ms", Long.toString(retention.toMillis()));
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
                    .all()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        }
    }

    private static Fault unavailable(RequestKind kind, String name) {
        return stack.acmeProxy().faults().at(kind).of(dns(name)).switchOn(Misbehaviour.unavailable());
    }

    private static void request(String name) {
        client.request(client.certificate(name, dns(name)));
    }

    private static void deployed(String name) {
        events.await(CertificateDeployed.class, deployed -> deployed.name().equals(name));
    }

    /** The producer has given up, and the publication is repeated. */
    private static void awaitFailedPublication(String type, String service) {
        Await.until(
                "failed publication of " + type,
                LIMIT,
                () -> ServiceLog.contains("the publication of " + type + " failed", stack.service(service)));
    }

    private static String dns(String name) {
        return name + ".demo.test";
    }
}
