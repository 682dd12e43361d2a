package dev.perennial.orders.store;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import dev.perennial.rules.lifecycle.Rollout;
import java.net.URI;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OrdersIT {
    private static final Instant LATER = Instant.now().plusSeconds(60).truncatedTo(ChronoUnit.MICROS);
    private static final Problem BROKEN = Problem.of(ErrorCode.CONFIG_TEST_FAILED, "nginx -t failed", "line 3");
    private static final AcmeOrder ACME = new AcmeOrder(
            URI.create("https://ca.test/order/1"),
            URI.create("https://ca.test/finalize/1"),
            List.of(),
            Optional.empty());

    private final ServiceFixture parts = new ServiceFixture();
    private OrderId order;

    @BeforeEach
    void orderForTwoHosts() {
        order = parts.accepted("r1", request("shop", List.of("web-1", "web-2"), "shop.example.com"))
                .orderId();
    }

    @ParameterizedTest
    @MethodSource("states")
    void readsStatesAsWritten(OrderState state) {
        move(state);

        assertThat(state(Orders::lock)).isEqualTo(state);
        assertThat(state(Orders::find)).isEqualTo(state);
    }

    static Stream<OrderState> states() {
        var both = Map.of(
                "web-1", new HostReport("f1", Optional.empty()), "stray", new HostReport("f0", Optional.of(BROKEN)));
        Optional<Watch> watch = Optional.of(new Watch(2, LATER));
        return Stream.of(
                new OrderState.Due(2, LATER, 3, Optional.of(BROKEN)),
                new OrderState.Placed(1, ACME, 2, LATER, both),
                new OrderState.Authorized(1, ACME, 1, LATER, Map.of()),
                new OrderState.Issued(1, rollout(List.of("web-2"), List.of("web-1"), Map.of()), watch),
                new OrderState.Issued(1, rollout(List.of(), List.of(), Map.of()), Optional.empty()),
                new OrderState.Deployed(1, rollout(List.of(), List.of("web-1", "web-2"), Map.of())),
                new OrderState.Undeployed(1, rollout(List.of(), List.of("web-1"), Map.of("web-2", BROKEN)), watch),
                new OrderState.Rehearsed(1, rollout(List.of("web-1"), List.of(), Map.of())),
                new OrderState.Failed(4, BROKEN));
    }

    @Test
    void deletesTheDeploymentsOfAStateWithoutHosts() {
        move(new OrderState.Placed(1, ACME, 0, LATER, Map.of("web-1", new HostReport("f1", Optional.empty()))));
        assertThat(parts.count("deployment")).isEqualTo(1);

        move(new OrderState.Failed(1, BROKEN));

        assertThat(parts.count("deployment")).isZero();
    }

    @Test
    void writesOnlyTheDeploymentsThatChange() {
        move(new OrderState.Issued(1, rollout(List.of("web-1", "web-2"), List.of(), Map.of()), Optional.empty()));
        Map<String, String> before = versions();

        move(new OrderState.Issued(1, rollout(List.of("web-2"), List.of("web-1"), Map.of()), Optional.empty()));

        assertThat(versions().get("web-1")).isNotEqualTo(before.get("web-1"));
        assertThat(versions().get("web-2")).isEqualTo(before.get("web-2"));
    }

    @Test
    void keepsTheReportsOfTwoHostsThatArriveAtOnce() throws Exception {
        apply(new Input.Placed(1, ACME));
        apply(new Input.Issued(1, "f1", List.of("web-1", "web-2")));

        CompletableFuture<Void> second = parts.database.inTransaction(tx -> {
            parts.transitions.apply(tx, order, new Input.Deployed("web-1", "f1"));
            CompletableFuture<Void> other = CompletableFuture.runAsync(() -> apply(new Input.Deployed("web-2", "f1")));
            awaitBlockedTransaction();
            return other;
        });
        second.get(20, TimeUnit.SECONDS);

        assertThat(state(Orders::find))
                .isEqualTo(new OrderState.Deployed(1, rollout(List.of(), List.of("web-1", "web-2"), Map.of())));
    }

    private void awaitBlockedTransaction() {
        Instant end = Instant.now().plusSeconds(20);
        while (!isBlocked()) {
            assertThat(Instant.now())
                    .as("the other transaction waits for the lock")
                    .isBefore(end);
            Thread.onSpinWait();
        }
    }

    private boolean isBlocked() {
        return parts.database.inTransaction(
                tx -> tx.createQuery("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)")
                        .mapTo(Boolean.class)
                        .one());
    }

    private Map<String, String> versions() {
        return parts.database.inTransaction(tx -> tx.createQuery("SELECT host, ctid::text FROM deployment")
                .reduceRows(new TreeMap<>(), (all, row) -> {
                    all.put(row.getColumn("host", String.class), row.getColumn("ctid", String.class));
                    return all;
                }));
    }

    private static Rollout rollout(List<String> outstanding, List<String> proven, Map<String, Problem> failed) {
        return new Rollout("f1", sorted(outstanding), sorted(proven), new TreeMap<>(failed));
    }

    private static SortedSet<String> sorted(List<String> hosts) {
        return new TreeSet<>(hosts);
    }

    private OrderState state(BiFunction<Orders, OrderId, Optional<StoredOrder>> read) {
        return parts.database
                .inTransaction(tx -> read.apply(new Orders(tx), order).orElseThrow())
                .state();
    }

    private void move(OrderState state) {
        parts.database.inTransaction(tx -> {
            new Orders(tx).move(order, state, Instant.now());
            return true;
        });
    }

    private void apply(Input input) {
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order, input));
    }
}
