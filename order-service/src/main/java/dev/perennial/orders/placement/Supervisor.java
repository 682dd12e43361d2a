package dev.perennial.orders.placement;

import dev.perennial.events.OrderId;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.clocks.ClockCorrection;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.store.OrderDeadlines;
import dev.perennial.orders.store.OrderDeadlines.Overdue;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.OrdersAtIssuers;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Applies passed deadlines to orders. If two replicas select the same order, its row is locked, and the second input
 * is ignored.
 */
@Singleton
public class Supervisor {
    private static final Logger LOG = Logger.getLogger(Supervisor.class);
    private static final int BATCH = 100;
    /** So that orders whose deadline leads to no move do not fill the next batch. */
    private static final Duration AFTER_NO_MOVE = Duration.ofMinutes(5);

    /** A correction reads six tables. */
    private static final int ROUNDS_PER_CORRECTION = 10;

    private final Database database;
    private final OrderTransitions transitions;
    private final InProgressLimit limit;
    private final Clock clock;

    /** Only the worker calls {@link #round}. */
    private int rounds;

    @Inject
    public Supervisor(Database database, OrderTransitions transitions, PlacementConfig config, Clock clock) {
        this.database = database;
        this.transitions = transitions;
        this.limit = new InProgressLimit(config.maxInProgress(), transitions.stepTimeout());
        this.clock = clock;
    }

    private void correctWaits() {
        int corrected = database.inTransaction(tx -> new ClockCorrection(tx).correct(clock.instant()));
        if (corrected > 0) {
            // There may be more.
            rounds = 0;
            LOG.warnf(
                    "%d waits were stored by a process whose clock was ahead. They were shortened to their original length."
                            + " Synchronise the clocks of the replicas (NTP); see docs/operating/database.md#clocks",
                    corrected);
        }
    }

    /** @return whether more orders may be overdue */
    boolean round() {
        if (rounds++ % ROUNDS_PER_CORRECTION == 0) {
            correctWaits();
        }
        Batch batch = database.inTransaction(tx -> batch(tx, Database.earlierTime(tx, clock)));
        ResumptionsInProgress inProgress = batch.inProgress();
        boolean processed = false;
        for (Overdue order : batch.overdue()) {
            if (order.resumedAt().isPresent()) {
                String issuer = order.resumedAt().get();
                if (!inProgress.admits(issuer)) {
                    continue;
                }
                inProgress = inProgress.and(issuer);
            }
            processed |= superviseOrPostpone(order.id());
        }
        return batch.overdue().size() == BATCH && processed;
    }

    private record Batch(List<Overdue> overdue, ResumptionsInProgress inProgress) {}

    /** An order of an issuer with too many orders in progress is resumed when some of them have left. */
    private Batch batch(Handle tx, Instant now) {
        ResumptionsInProgress inProgress = limit.beforeResumption(tx, now);
        List<String> unavailable = new OrdersAtIssuers(tx)
                .countDueResumptions(now).keySet().stream()
                        .filter(issuer -> !inProgress.admits(issuer))
                        .toList();
        return new Batch(new OrderDeadlines(tx).overdue(BATCH, unavailable, now), inProgress);
    }

    /**
     * A row that cannot be processed must not delay the others, nor return with every round.
     *
     * @return false if another transaction has locked the row
     */
    private boolean superviseOrPostpone(OrderId id) {
        try {
            return applyDeadline(id);
        } catch (RetryLater e) {
            if (!Database.isLocked(e)) {
                throw e;
            }
            LOG.debugf("the deadline of order %s is processed in the next round: %s", id, e.getMessage());
            return false;
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "ALARM: the passed deadline of order %s could not be processed; it is processed again in %s. Its certificate"
                            + " shows the problem over REST (certificate_order.certificate_id has its id); see"
                            + " docs/reference/errors.md#internal",
                    id,
                    Orders.UNREADABLE_POSTPONEMENT);
            database.inTransaction(tx -> {
                postpone(tx, id, Orders.UNREADABLE_POSTPONEMENT);
                return id;
            });
            return true;
        }
    }

    private boolean applyDeadline(OrderId id) {
        Optional<StoredOrder> order = database.inTransaction(tx -> new Orders(tx).find(id));
        return Spans.inSpan(
                Spans.context(order.flatMap(StoredOrder::traceparent)),
                "supervise order",
                SpanKind.INTERNAL,
                Map.of("perennial.order.id", id.toString()),
                () -> database.inTransaction(tx -> {
                    // One that another transaction has locked moves there, or is selected again by the next round.
                    Optional<StoredOrder> locked = new Orders(tx).lockIfFree(id);
                    locked.ifPresent(free -> applyDeadline(tx, free));
                    return locked.isPresent();
                }));
    }

    private void applyDeadline(Handle tx, StoredOrder order) {
        switch (transitions.apply(tx, order, input(tx, order)).decision()) {
            case Decision.Moved moved -> {}
            case Decision.ReportStored stored -> postpone(tx, order.id(), AFTER_NO_MOVE);
            case Decision.Ignored ignored -> postpone(tx, order.id(), AFTER_NO_MOVE);
            case Decision.Refused refused -> postpone(tx, order.id(), AFTER_NO_MOVE);
        }
    }

    private void postpone(Handle tx, OrderId id, Duration pause) {
        Instant now = clock.instant();
        new OrderDeadlines(tx).postponeDeadline(id, now.plus(pause), now);
    }

    /** An order whose certificate has been replaced no longer waits for its hosts; an order in flight is resumed. */
    private static Input input(Handle tx, StoredOrder order) {
        boolean waitsForHosts =
                order.state() instanceof OrderState.Issued || order.state() instanceof OrderState.Undeployed;
        return waitsForHosts && new Orders(tx).isReplaced(order.id())
                ? new Input.Superseded()
                : new Input.DeadlinePassed();
    }
}
