package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
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

/**
 * Two of each service, and orders on their way all the time: one of each dies, which the groups notice after their session
 * timeout, and another one joins. The CA is far away, so that there is work in hand at each of these moments.
 */
class ReplicasScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    /** Of one order when all is well it takes four seconds here; what waits for a retry takes a minute. */
    private static final Duration QUICK = Duration.ofSeconds(20);

    private static final int MOST = 80;
    private static final int WAVE = 12;
    /** More than twice what a channel takes from Kafka at once. */
    private static final int BURST = 1200;

    private static final int TRICKLE = 3;
    private static final String COMMIT = "auto.commit.interval.ms";

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;
    private static ConsumerGroups groups;

    private final List<String> requested = new ArrayList<>();

    @BeforeAll
    static void start() {
        stack = Stack.builder()
                .sites(IntStream.range(0, MOST)
                        .mapToObj(ReplicasScenarioIT::name)
                        .map(name -> Site.of(name, name + ".demo.test"))
                        .toList())
                .replicas(2)
                // What a dead placer had in hand is nobody's for a minute otherwise.
                .serviceProperty("order-service", "perennial.placing.lease-timeout", "10s")
                // An acknowledgement counts at once, so that one that comes before the work is done loses it here.
                .serviceProperty("validation-service", "mp.messaging.incoming.orders." + COMMIT, "50")
                .serviceProperty("issuance-service", "mp.messaging.incoming.validations." + COMMIT, "50")
                .ca(ca -> ca.withRoundTrip(Duration.ofMillis(400)))
                .start();
        events = EventRecorder.fromBeginning(stack.bootstrapServers());
        client = new FleetClient(stack);
        groups =
                new ConsumerGroups(stack.bootstrapServers(), "order-service", "validation-service", "issuance-service");
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (events != null) {
            events.close();
            client.close();
            groups.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void finishesEveryOrderOnceWhileReplicasDieAndJoin() throws Exception {
        var before = stack.counts();
        Await.until("two replicas in every group", LIMIT, () -> groups.settledMembers() > 0);
        int members = groups.settledMembers();

        List<ServicePart> dead = killOneOfEachWithWorkInHand();
        request(WAVE);
        Await.until(
                "rebalance without the dead replicas",
                LIMIT,
                () -> groups.settledMembers() == members / 2,
                () -> groups.settledMembers() + " of " + members);
        joinWithWorkInHand(dead, members);

        requested.forEach(ReplicasScenarioIT::served);
        var after = stack.counts();
        assertThat(after.ordersFinalized() - before.ordersFinalized())
                .as("orders finalized at the CA")
                .isEqualTo(requested.size());
        assertThat(after.successfulFinalizes() - before.successfulFinalizes())
                .as("finalizes that the CA took")
                .isEqualTo(requested.size());
        assertThat(events.all(CertificateIssued.class, i -> true).stream()
                        .map(CertificateIssued::fingerprint)
                        .distinct())
                .as("certificates that were told of")
                .hasSize(requested.size());
        assertThat(events.received()).noneMatch(seen -> seen.topic().endsWith(".dlq"));
        goesThroughQuickly();
        Await.until(
                "acknowledgement of every record", LIMIT, () -> groups.lag().isEmpty(), () -> "left: " + groups.lag());
    }

    private List<ServicePart> killOneOfEachWithWorkInHand() {
        publishUnknownEvents(BURST);
        request(WAVE);
        ServicePart issuance = stack.service("issuance-service.2");
        killWith(WAVE / 2, OrderAuthorized.class, CertificateIssued.class, issuance);
        request(WAVE);
        ServicePart validation = stack.service("validation-service.2");
        killWith(WAVE / 2, OrderPlaced.class, OrderAuthorized.class, validation);
        request(WAVE);
        // The one that relays the outbox, so that the other has to take that over too.
        ServicePart orders = Stream.of("order-service", "order-service.2")
                .map(stack::service)
                .filter(replica -> ServiceLog.contains("this replica relays the outbox now", replica))
                .findFirst()
                .orElseThrow();
        killWith(WAVE / 2, CertificateAccepted.class, OrderPlaced.class, orders);
        return List.of(issuance, validation, orders);
    }

    /** Each of two replicas has half of the keys: of six orders, one of them has none once in thirty times. */
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

    private void joinWithWorkInHand(List<ServicePart> dead, int members) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> starts = new ArrayList<>();
            dead.forEach(replica -> starts.add(threads.submit(replica::start)));
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
            assertThat(undeployed()).as("orders under way when they joined").isPositive();
            for (Future<?> start : starts) {
                start.get();
            }
        }
    }

    /** Beside the orders, so that there are more keys at work than the channels take at once. */
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

    private void goesThroughQuickly() {
        long start = System.nanoTime();
        request(1);
        served(requested.getLast());
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("one more order")
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
        assertThat(ServedLeaf.fingerprint(ServedLeaf.at(stack.nginx().port(), name + ".demo.test")))
                .isEqualTo(deployed.fingerprint());
    }

    private static String name(int number) {
        return "replica-%02d".formatted(number);
    }
}
