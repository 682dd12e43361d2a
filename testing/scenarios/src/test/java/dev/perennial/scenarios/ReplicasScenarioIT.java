package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.Sha256;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Two replicas of each service under a constant load of orders. One replica of each is killed, which the consumer groups detect after
 * their session timeout, and joins again. A long round trip to the CA keeps orders in flight at each of these moments.
 */
class ReplicasScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** An undisturbed order takes four seconds here; an order that waits for a retry takes a minute. */
    private static final Duration QUICK = Duration.ofSeconds(20);

    private static final int MOST = 80;
    private static final int WAVE = 12;
    /** More than twice the maximum that a channel polls from Kafka. */
    private static final int BURST = 1200;

    private static final int TRICKLE = 3;
    private static final String COMMIT = "auto.commit.interval.ms";

    @RegisterExtension
    static final OwnFleet FLEET = OwnFleet.of(Stack.builder()
            .sites(IntStream.range(0, MOST)
                    .mapToObj(ReplicasScenarioIT::name)
                    .map(name -> Site.of(name, name + ".demo.test"))
                    .toList())
            .replicas(2)
            // Otherwise the orders of a killed replica stay leased for a minute.
            .serviceProperty("order-service", "perennial.placement.lease-timeout", "10s")
            // Commits each acknowledgement immediately, so that an acknowledgement before the end of the work would
            // lose it.
            .serviceProperty("validation-service", "mp.messaging.incoming.orders." + COMMIT, "50")
            .serviceProperty("issuance-service", "mp.messaging.incoming.validations." + COMMIT, "50")
            .ca(ca -> ca.withRoundTrip(Duration.ofMillis(400))));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;
    private static ConsumerGroups groups;

    private final List<String> requested = new ArrayList<>();

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
        groups =
                new ConsumerGroups(stack.bootstrapServers(), "order-service", "validation-service", "issuance-service");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (groups != null) {
            groups.close();
        }
    }

    @Test
    void completesEveryOrderOnceWhileReplicasAreKilledAndJoin() throws Exception {
        var before = stack.counts();
        Await.until("two replicas in every group", LIMIT, () -> groups.settledMembers() > 0);
        int members = groups.settledMembers();

        List<ServicePart> killed = killOneOfEachWithOrdersInFlight();
        request(WAVE);
        Await.until(
                "rebalance without the killed replicas",
                LIMIT,
                () -> groups.settledMembers() == members / 2,
                () -> groups.settledMembers() + " of " + members);
        joinWithOrdersInFlight(killed, members);

        requested.forEach(ReplicasScenarioIT::served);
        var after = stack.counts();
        assertThat(after.ordersFinalized() - before.ordersFinalized())
                .as("orders finalized at the CA")
                .isEqualTo(requested.size());
        assertThat(after.successfulFinalizes() - before.successfulFinalizes())
                .as("finalize requests that the CA accepted")
                .isEqualTo(requested.size());
        assertThat(events.all(CertificateIssued.class, i -> true).stream()
                        .map(CertificateIssued::fingerprint)
                        .distinct())
                .as("certificates that were reported")
                .hasSize(requested.size());
        assertThat(events.received()).noneMatch(received -> received.topic().endsWith(".dlq"));
        completesAnOrderQuickly();
        Await.until(
                "acknowledgement of every record", LIMIT, () -> groups.lag().isEmpty(), () -> "left: " + groups.lag());
    }

    private List<ServicePart> killOneOfEachWithOrdersInFlight() {
        publishUnknownEvents(BURST);
        request(WAVE);
        ServicePart issuance = stack.service("issuance-service.2");
        killWith(WAVE / 2, OrderAuthorized.class, CertificateIssued.class, issuance);
        request(WAVE);
        ServicePart validation = stack.service("validation-service.2");
        killWith(WAVE / 2, OrderPlaced.class, OrderAuthorized.class, validation);
        request(WAVE);
        // The replica that relays the outbox, so that the other one must take this over too.
        ServicePart orders = Stream.of("order-service", "order-service.2")
                .map(stack::service)
                .filter(replica -> ServiceLog.contains("this replica now publishes the outbox", replica))
                .findFirst()
                .orElseThrow();
        killWith(WAVE / 2, CertificateAccepted.class, OrderPlaced.class, orders);
        return List.of(issuance, validation, orders);
    }

    /** Each of two replicas has half of the keys: with six orders, one replica has none in 1 of 32 cases. */
    private static void killWith(
            int orders, Class<? extends OrderFact> done, Class<? extends OrderFact> next, ServicePart replica) {
        Await.until(
                orders + " orders between " + done.getSimpleName() + " and " + next.getSimpleName(),
                LIMIT,
                () -> between(done, next).size() >= orders,
                () -> between(done, next).toString());
        replica.kill();
    }

    private static Set<OrderId> between(Class<? extends OrderFact> done, Class<? extends OrderFact> next) {
        Set<OrderId> orders = orders(done);
        orders.removeAll(orders(next));
        return orders;
    }

    private static Set<OrderId> orders(Class<? extends OrderFact> type) {
        return events.all(type, fact -> true).stream()
                .map(OrderFact::orderId)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private void joinWithOrdersInFlight(List<ServicePart> killed, int members) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> starts = new ArrayList<>();
            killed.forEach(replica -> starts.add(threads.submit(replica::start)));
            publishUnknownEvents(BURST);
            Await.until(
                    "rebalance with the new replicas",
                    LIMIT,
                    () -> {
                        publishUnknownEvents(TRICKLE);
                        request(Math.min(WAVE / 2 - undeployed(), MOST - 1 - requested.size()));
                        return groups.settledMembers() == members;
                    },
                    () -> groups.settledMembers() + " of " + members);
            assertThat(undeployed())
                    .as("orders in flight when the replicas joined")
                    .isPositive();
            for (Future<?> start : starts) {
                start.get();
            }
        }
    }

    /** In addition to the orders, so that more keys are in progress than a channel polls. */
    private static void publishUnknownEvents(int count) {
        client.publishUnknownEvents(Topic.ORDERS, count);
        client.publishUnknownEvents(Topic.VALIDATIONS, count);
    }

    private int undeployed() {
        Set<String> names = events.all(CertificateDeployed.class, d -> true).stream()
                .map(CertificateDeployed::name)
                .collect(Collectors.toSet());
        return (int) requested.stream().filter(name -> !names.contains(name)).count();
    }

    private void completesAnOrderQuickly() {
        long start = System.nanoTime();
        request(1);
        served(requested.getLast());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("an additional order")
                .isLessThan(QUICK);
    }

    private void request(int count) {
        for (int i = 0; i < count; i++) {
            String name = name(requested.size());
            client.request(name, client.certificate(name, name + ".demo.test"));
            requested.add(name);
        }
    }

    private static void served(String name) {
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(name));
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), name + ".demo.test")))
                .isEqualTo(deployed.fingerprint());
    }

    private static String name(int number) {
        return "replica-%02d".formatted(number);
    }
}
