package dev.perennial.orders.placement;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.NewOrderResult;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.health.Failover;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.OwnerAtIssuer;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.limits.CapacityWait;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jdbi.v3.core.Handle;

/** Leases due orders and places each on its own virtual thread. */
@Singleton
public class Placer {
    private static final Logger LOG = Logger.getLogger(Placer.class);
    /** Shorter than the lease, after which another replica may process the order. */
    private static final Retry COMMIT =
            new Retry(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(30));

    private final Database database;
    private final AcmeAccounts accounts;
    private final OrderTransitions transitions;
    private final Failover failover;
    private final Budget budget;
    private final PlacementConfig config;
    private final Clock clock;
    private final Wakeups wakeups;
    private final Semaphore free;
    private final OwnerFairness fairness = new OwnerFairness();
    private final InProgressLimit limit;
    /** The orders that are being placed. */
    private final Map<OwnerAtIssuer, Integer> placing = new ConcurrentHashMap<>();

    @Inject
    public Placer(
            Database database,
            AcmeAccounts accounts,
            OrderTransitions transitions,
            Failover failover,
            Budget budget,
            PlacementConfig config,
            Clock clock,
            Wakeups wakeups) {
        this.database = database;
        this.accounts = accounts;
        this.transitions = transitions;
        this.failover = failover;
        this.budget = budget;
        this.config = config;
        this.clock = clock;
        this.wakeups = wakeups;
        this.free = new Semaphore(config.maxConcurrent());
        this.limit = new InProgressLimit(config.maxInProgress(), transitions.stepTimeout());
    }

    /** @return whether there may be more to place, and permits for it */
    boolean round() {
        int permits = free.drainPermits();
        if (permits == 0) {
            return false;
        }
        int taken = 0;
        boolean more = false;
        try {
            Leased leased = database.inTransaction(tx -> lease(tx, permits));
            more = leased.more();
            for (StoredOrder order : leased.orders()) {
                taken++;
                fairness.begin(order.owner(), order.state().attempt() > 1);
                placing.merge(order.ownerAtIssuer(), 1, Integer::sum);
                Thread.ofVirtual().name("placement-", 0).start(() -> placeAndFree(order));
            }
        } finally {
            free.release(permits - taken);
        }
        return more;
    }

    /** @param more whether the next round may lease further orders */
    private record Leased(List<StoredOrder> orders, boolean more) {}

    private Leased lease(Handle tx, int permits) {
        Instant now = Database.earlierTime(tx, clock);
        DueOrders dueOrders = new DueOrders(tx);
        OrdersUnderWay underWay = limit.beforePlacement(tx, placing, config.maxConcurrent(), budget.owners(), now);
        DueOrders.Available available = new DueOrders.Available(
                dueOrders.withWaitingOrders().stream().filter(underWay::admits).toList(), underWay.saturated());
        List<StoredOrder> due =
                failover.route(tx, dueOrders.due(permits, fairness.now(), available, now), underWay::admits, now);
        List<StoredOrder> admitted = new ArrayList<>();
        Map<StoredOrder, Problem> waiting = new LinkedHashMap<>();
        for (StoredOrder order : due) {
            if (underWay.admits(order.issuer()) && underWay.admits(order.ownerAtIssuer())) {
                underWay = underWay.and(order.ownerAtIssuer());
                admitted.add(order);
            } else {
                waiting.put(order, waitingForCapacity(order, underWay.admits(order.issuer()), now));
            }
        }
        dueOrders.awaitCapacity(waiting, now);
        return new Leased(
                budget.lease(tx, admitted, now.plus(config.leaseTimeout()), now),
                due.size() == permits || (!admitted.isEmpty() && !waiting.isEmpty()));
    }

    /** @param ofOwner whether the owner has too many orders in progress, and not the issuer */
    private static Problem waitingForCapacity(StoredOrder order, boolean ofOwner, Instant now) {
        Duration wait = CapacityWait.of(Duration.between(order.createdAt(), now));
        String reason = ofOwner
                ? "the owner '" + order.owner() + "' has as many orders in progress at the issuer '" + order.issuer()
                        + "' as it may have: more after each proven order, fewer after each name that fails; this order"
                        + " is placed when one of them ends"
                : "the issuer '" + order.issuer() + "' has as many orders in progress as it may have; this order is"
                        + " placed when one of them ends; if this persists, run ./perennial doctor " + order.issuer();
        return Problem.of(ErrorCode.WAITING_FOR_CAPACITY, reason).nextAttempt(now.plus(wait));
    }

    private void placeAndFree(StoredOrder order) {
        try {
            place(order);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "order %s was not placed, or the result was not stored; it is placed again after its lease, within %s",
                    order.id(),
                    config.leaseTimeout());
        } finally {
            fairness.end(order.owner());
            placing.computeIfPresent(order.ownerAtIssuer(), (orders, count) -> count == 1 ? null : count - 1);
            free.release();
            wakeups.on(Change.ORDER_DUE).raise();
        }
    }

    void place(StoredOrder order) {
        MDC.put(LogContext.CERTIFICATE_ID, order.certificateId().toString());
        MDC.put(LogContext.ORDER_ID, order.id().toString());
        try {
            Spans.inSpan(
                    Spans.context(order.traceparent()),
                    "place order",
                    SpanKind.INTERNAL,
                    Map.of(
                            "perennial.order.id", order.id().toString(),
                            "perennial.certificate.id", order.certificateId().toString(),
                            "perennial.issuer", order.issuer()),
                    () -> {
                        Answer answer = request(order);
                        return COMMIT.call(
                                "placement of " + order.id(),
                                clock,
                                () -> database.inTransaction(tx -> commit(tx, order, answer)));
                    });
        } finally {
            MDC.remove(LogContext.CERTIFICATE_ID);
            MDC.remove(LogContext.ORDER_ID);
        }
    }

    private OrderTransitions.Outcome commit(Handle tx, StoredOrder leased, Answer received) {
        Optional<StoredOrder> row = new Orders(tx).lock(leased.id());
        if (row.filter(order -> !order.issuer().equals(leased.issuer())).isPresent()) {
            // After the end of the lease, another replica places the order at another issuer.
            LOG.warnf("order %s: the answer of %s came after the end of the lease", leased.id(), leased.issuer());
            return new OrderTransitions.Outcome(row, new Decision.Ignored("it is placed at another issuer"));
        }
        Answer answer = unlessShared(tx, leased, received);
        OrderTransitions.Outcome outcome = row.map(order -> transitions.apply(tx, order, answer.input()))
                .orElseGet(() -> transitions.apply(tx, leased.id(), answer.input()));
        outcome.order().ifPresent(order -> {
            if (outcome.decision() instanceof Decision.Moved && answer.input() instanceof Input.PlacementRefused) {
                budget.refund(tx, order);
            }
            answer.limited().ifPresent(problem -> budget.limited(tx, order, problem, clock.instant()));
        });
        return outcome;
    }

    /**
     * A CA may answer newOrder with an order that it already has for the same names. Only one request can finalize it,
     * with its own key: the other waits for a new one.
     */
    private static Answer unlessShared(Handle tx, StoredOrder leased, Answer answer) {
        return answer.input() instanceof Input.Placed placed
                ? new Orders(tx)
                        .placedAs(leased.issuer(), placed.acmeOrder().url(), leased.id())
                        .map(other -> Answer.of(new Input.PlacementPostponed(
                                placed.attempt(),
                                Problem.of(
                                        ErrorCode.ORDER_RUNNING,
                                        "the CA answered with the order that it created for '" + other
                                                + "', which has the same names; this one is placed after it",
                                        placed.acmeOrder().url().toString()))))
                        .orElse(answer)
                : answer;
    }

    /**
     * @param limited the problem if the CA answered newOrder with a rate limit; a rate limit of another request
     *     says nothing about orders
     */
    private record Answer(Input input, Optional<Problem> limited) {
        static Answer of(Input input) {
            return new Answer(input, Optional.empty());
        }
    }

    private Answer request(StoredOrder order) {
        int attempt = order.state().attempt();
        try {
            AcmeAccount account = accounts.of(order.issuer(), Registration.IF_ABSENT);
            return newOrder(account, attempt, order);
        } catch (RetryLater e) {
            return Answer.of(new Input.PlacementPostponed(attempt, e.problem()));
        } catch (RuntimeException e) {
            // A defect is shown with the order, and the placement is retried.
            LOG.errorf(
                    e,
                    "order %s could not be placed because of a defect; it is retried at the time in its timeline",
                    order.id());
            return Answer.of(new Input.PlacementPostponed(
                    attempt,
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "a defect of the order-service prevented the placement; search its log for the trace id of the order",
                            e.getClass().getSimpleName())));
        }
    }

    private static Answer newOrder(AcmeAccount account, int attempt, StoredOrder order) {
        try {
            return switch (account.place(order.spec().identifiers(), order.replacesHere())) {
                case NewOrderResult.Placed placed -> Answer.of(new Input.Placed(attempt, placed.order()));
                case NewOrderResult.Refused refused ->
                    Answer.of(new Input.PlacementRefused(attempt, refused.problem()));
            };
        } catch (RetryLater e) {
            Optional<Problem> limited =
                    Optional.of(e.problem()).filter(problem -> problem.code() == ErrorCode.CA_RATE_LIMITED);
            return new Answer(new Input.PlacementPostponed(attempt, e.problem()), limited);
        }
    }

    /** @return the number of orders that are being placed */
    int inFlight() {
        return config.maxConcurrent() - free.availablePermits();
    }
}
