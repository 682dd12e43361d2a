package dev.perennial.orders.placement;

import dev.perennial.acme.AcmeAccount;
import dev.perennial.acme.AcmeAccounts.Registration;
import dev.perennial.acme.AcmeAccounts;
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
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.platform.messaging.Retry;
import dev.perennial.platform.telemetry.LogContext;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jdbi.v3.core.Handle;

/** Takes due orders and places each on a virtual thread of its own. */
@Singleton
public class Placer {
    private static final Logger LOG = Logger.getLogger(Placer.class);
    /** Shorter than the lease: after it somebody else may be at work on the order. */
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
    }

    /** @return whether there may be more to place and room to do it */
    boolean round() {
        int room = free.drainPermits();
        if (room == 0) {
            return false;
        }
        int taken = 0;
        int looked = 0;
        try {
            Leased leased = database.inTransaction(tx -> lease(tx, room));
            looked = leased.looked();
            for (StoredOrder order : leased.orders()) {
                taken++;
                fairness.begin(order.owner(), order.state().attempt() > 1);
                Thread.ofVirtual().name("placement-", 0).start(() -> placeAndFree(order));
            }
        } finally {
            free.release(room - taken);
        }
        return looked == room;
    }

    /** @param looked orders that were due, also those that have to wait */
    private record Leased(List<StoredOrder> orders, int looked) {}

    private Leased lease(Handle tx, int room) {
        Instant now = clock.instant();
        List<StoredOrder> due = failover.route(tx, new Orders(tx).due(room, fairness.now(), now), now);
        return new Leased(budget.lease(tx, due, now.plus(config.leaseTimeout()), now), due.size());
    }

    private void placeAndFree(StoredOrder order) {
        try {
            place(order);
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "order %s was not placed, or not stored as placed; it is placed again when its lease runs out, within %s",
                    order.id(),
                    config.leaseTimeout());
        } finally {
            fairness.end(order.owner());
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
                        Heard heard = ask(order);
                        return COMMIT.call(
                                "placement of " + order.id(),
                                clock,
                                () -> database.inTransaction(tx -> commit(tx, order, heard)));
                    });
        } finally {
            MDC.remove(LogContext.CERTIFICATE_ID);
            MDC.remove(LogContext.ORDER_ID);
        }
    }

    private OrderTransitions.Outcome commit(Handle tx, StoredOrder leased, Heard heard) {
        OrderTransitions.Outcome outcome = transitions.apply(tx, leased.id(), heard.input());
        outcome.order().ifPresent(order -> {
            if (outcome.decision() instanceof Decision.Moved && heard.input() instanceof Input.PlacementRefused) {
                budget.giveBack(tx, order);
            }
            heard.limited().ifPresent(problem -> budget.limited(tx, order, problem, clock.instant()));
        });
        return outcome;
    }

    /** @param limited where the CA answered newOrder with its rate limit; elsewhere that says nothing about orders */
    private record Heard(Input input, Optional<Problem> limited) {
        static Heard of(Input input) {
            return new Heard(input, Optional.empty());
        }
    }

    private Heard ask(StoredOrder order) {
        int attempt = order.state().attempt();
        try {
            AcmeAccount account = accounts.of(order.issuer(), Registration.IF_ABSENT);
            return newOrder(account, attempt, order);
        } catch (RetryLater e) {
            return Heard.of(new Input.PlacementPostponed(attempt, e.problem()));
        } catch (RuntimeException e) {
            // A defect: visible on the order, and tried again.
            LOG.errorf(e, "order %s could not be placed; it is tried again, see its timeline", order.id());
            return Heard.of(new Input.PlacementPostponed(
                    attempt,
                    Problem.of(
                            ErrorCode.INTERNAL,
                            "a defect of the order-service kept the order from being placed; its log has the cause under the order's"
                                    + " trace id",
                            e.getClass().getSimpleName())));
        }
    }

    private static Heard newOrder(AcmeAccount account, int attempt, StoredOrder order) {
        try {
            return switch (account.place(order.spec().identifiers(), order.replacesHere())) {
                case NewOrderResult.Placed placed -> Heard.of(new Input.Placed(attempt, placed.order()));
                case NewOrderResult.Refused refused -> Heard.of(new Input.PlacementRefused(attempt, refused.problem()));
            };
        } catch (RetryLater e) {
            Optional<Problem> limited =
                    Optional.of(e.problem()).filter(problem -> problem.code() == ErrorCode.CA_RATE_LIMITED);
            return new Heard(new Input.PlacementPostponed(attempt, e.problem()), limited);
        }
    }

    /** @return the orders that are being placed now */
    int inFlight() {
        return config.maxConcurrent() - free.availablePermits();
    }
}
