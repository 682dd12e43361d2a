package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackBuilder;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.vault.VaultApi;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** perennial.signatures in a fleet that runs: readers warn first, then they require signatures; and a start without Vault. */
class RollingSignaturesScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final List<String> MODULES =
            List.of("order-service", "validation-service", "issuance-service", "deploy-agent");
    private static final int CERTIFICATES = 2 * MODULES.size() + 1;

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(fleet());

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    private static StackBuilder fleet() {
        StackBuilder builder = Stack.builder()
                .sites(IntStream.range(0, CERTIFICATES)
                        .mapToObj(i -> Site.of(name(i), name(i) + ".demo.test"))
                        .toList());
        MODULES.forEach(module -> builder.serviceProperty(module, "perennial.signatures", "ignored"));
        return builder;
    }

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    void losesNothingWhileSignaturesBecomeRequired() {
        CertificateId certificate = CertificateId.next();
        OrderId first = orderWithKey();
        client.publishUnsigned(failed(certificate, first));
        Await.until("the end of an order by an unsigned record", LIMIT, () -> isEnded(first));
        assertThat(unsigned()).isZero();

        roll("warn", 0);
        OrderId second = orderWithKey();
        client.publishUnsigned(failed(certificate, second));
        Await.until("the end of an order by an unsigned record", LIMIT, () -> isEnded(second));
        assertThat(unsigned()).isEqualTo(1);

        roll("required", MODULES.size());
        OrderId third = orderWithKey();
        OrderId fourth = orderWithKey();
        client.publishUnsigned(failed(certificate, third));
        client.publish(failed(certificate, fourth));
        Await.until("the end of an order by a signed record", LIMIT, () -> isEnded(fourth));
        assertThat(isEnded(third)).isFalse();
        assertThat(unsigned()).isEqualTo(1);

        IntStream.range(0, CERTIFICATES - 1)
                .forEach(i ->
                        events.await(CertificateDeployed.class, it -> it.name().equals(name(i))));
        startsWithoutVault();
    }

    /** Restarts one service after the other, each while an order is in progress. */
    private static void roll(String mode, int from) {
        for (int i = 0; i < MODULES.size(); i++) {
            request(from + i);
            ServicePart service = stack.service(MODULES.get(i));
            service.setProperty("perennial.signatures", mode);
            service.restart();
        }
    }

    /** The request is accepted, and the order continues when Vault is available. */
    private static void startsWithoutVault() {
        stack.vault().seal();
        try {
            MODULES.parallelStream().forEach(module -> stack.service(module).restart());
            request(CERTIFICATES - 1);
            assertThat(events.all(CertificateAccepted.class, it -> it.name().equals(name(CERTIFICATES - 1))))
                    .as("published without a key")
                    .isEmpty();
        } finally {
            stack.vault().unseal();
        }
        events.await(CertificateDeployed.class, it -> it.name().equals(name(CERTIFICATES - 1)));
        assertThat(events.all(CertificateIssued.class, it -> it.name().equals(name(CERTIFICATES - 1))))
                .extracting(CertificateIssued::orderId)
                .containsOnly(
                        events.all(CertificateAccepted.class, it -> it.name().equals(name(CERTIFICATES - 1)))
                                .getFirst()
                                .orderId());
    }

    private static String name(int i) {
        return "rolling-" + i;
    }

    private static void request(int i) {
        var answer = client.post(client.certificate(name(i), name(i) + ".demo.test"));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    private static OrderFailed failed(CertificateId certificate, OrderId order) {
        return new OrderFailed(certificate, order, 1, Problem.of(ErrorCode.CA_REFUSED, "abandoned by this test"));
    }

    private static OrderId orderWithKey() {
        OrderId order = OrderId.next();
        stack.vault().api().put(path(order), Map.of("data", Map.of("privateKey", "of an abandoned order")));
        return order;
    }

    private static boolean isEnded(OrderId order) {
        try {
            return stack.vault().api().get(path(order)).at("/data/data").has("abandonedAt");
        } catch (VaultApi.Refused notFound) {
            return false;
        }
    }

    private static String path(OrderId order) {
        return "perennial/data/orders/" + order;
    }

    /** Since the start of the issuance-service. */
    private static double unsigned() {
        String metrics = client.call(HttpRequest.newBuilder(
                        stack.service("issuance-service").management().resolve("/q/metrics")))
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("perennial_unverified_events_total") && line.contains("\"unsigned\""))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .sum();
    }
}
