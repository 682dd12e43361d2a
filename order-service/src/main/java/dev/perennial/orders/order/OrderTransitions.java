package dev.perennial.orders.order;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.health.Failover;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.store.OrderDeadlines;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.messaging.LimitedLog;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetryPolicy;
import dev.perennial.rules.lifecycle.RetrySchedule;
import dev.perennial.rules.lifecycle.Situation;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Applies an input to one order: gather, decide, commit. */
@Singleton
public class OrderTransitions {
    private static final Logger LOG = Logger.getLogger(OrderTransitions.class);

    private final Lifecycle lifecycle;
    private final Failover failover;
    private final Clock clock;
    /** A writer of facts can cause these lines at any rate. */
    private final LimitedLog refusedLog = new LimitedLog();

    private final MeterRegistry meters;

    @Inject
    public OrderTransitions(SupervisionConfig config, Failover failover, Clock clock, MeterRegistry meters) {
        this(new Lifecycle(config.stepTimeout(), retries(config)), failover, clock, meters);
    }

    public OrderTransitions(Lifecycle lifecycle, Failover failover, Clock clock, MeterRegistry meters) {
        this.lifecycle = lifecycle;
        this.failover = failover;
        this.clock = clock;
        this.meters = meters;
    }

    static RetryPolicy retries(SupervisionConfig config) {
        return new RetryPolicy(
                new RetrySchedule(config.attemptRetryIntervals()),
                new RetrySchedule(config.proofRetryIntervals()),
                new RetrySchedule(config.placementRetryIntervals()),
                new RetrySchedule(config.reminderIntervals()));
    }

    /** The time limit of validation and of issuance. */
    public Duration stepTimeout() {
        return lifecycle.stepTimeout();
    }

    /** The decision on an input; {@code order} is the row before it. */
    public record Outcome(Optional<StoredOrder> order, Decision decision) {}

    /** Applies an input that names a certificate, and refuses it if the order is for another one. */
    public Outcome apply(Handle tx, CertificateId certificate, OrderId id, Input input) {
        Optional<StoredOrder> order = new Orders(tx).lock(id);
        if (order.isPresent() && !order.get().certificateId().equals(certificate)) {
            alarm(id, input, "the input is about certificate " + certificate + ", the order is not");
            return new Outcome(order, new Decision.Refused("the order is for another certificate"));
        }
        return apply(tx, id, order, input);
    }

    /** Applies an input to an order inside the transaction; the order stays locked until it ends. */
    public Outcome apply(Handle tx, OrderId id, Input input) {
        return apply(tx, id, new Orders(tx).lock(id), input);
    }

    /** Applies an input to an order that the transaction has locked. */
    public Outcome apply(Handle tx, StoredOrder locked, Input input) {
        return apply(tx, locked.id(), Optional.of(locked), input);
    }

    private Outcome apply(Handle tx, OrderId id, Optional<StoredOrder> found, Input input) {
        if (found.isEmpty()) {
            Decision unknown = new Decision.Refused("order " + id + " does not exist");
            alarm(id, input, "this order does not exist");
            return new Outcome(found, unknown);
        }
        StoredOrder order = found.get();
        Instant now = mayEndAttempt(order, input) ? Database.earlierTime(tx, clock) : clock.instant();
        Input described = order.isRehearsal() ? RehearsalProblems.of(order, input) : input;
        Decision plain = lifecycle
                .withJitter(order.jitter())
                .on(order.purpose(), order.state(), described, situation(tx, order, described, now), now);
        Decision decision = order.isRehearsal() ? RehearsalProblems.of(order, described, plain) : plain;
        switch (decision) {
            case Decision.Moved moved -> commit(tx, order, described, moved, now);
            case Decision.ReportStored stored -> {
                new Orders(tx).storeReports(id, stored.next());
                addToTimeline(
                        tx,
                        order,
                        TimelineEntries.name(input),
                        TimelineEntries.detail(order, described, stored.next()),
                        now);
            }
            case Decision.Ignored ignored ->
                LOG.debugf("order %s ignores %s: %s", id, TimelineEntries.name(input), ignored.reason());
            case Decision.Refused refused -> {
                alarm(id, input, refused.reason());
                addToTimeline(
                        tx,
                        order,
                        "refused",
                        Map.of("input", TimelineEntries.name(input), "reason", refused.reason()),
                        now);
            }
        }
        return new Outcome(found, decision);
    }

    /** Whether the decision may end an attempt whose CA may have issued a certificate. */
    private static boolean mayEndAttempt(StoredOrder order, Input input) {
        return order.state() instanceof OrderState.AtTheCa
                && (input instanceof Input.DeadlinePassed
                        || input instanceof Input.IssuanceFailed
                        || input instanceof Input.Rejected);
    }

    /** Reads nothing for the inputs of an order that makes progress. */
    private Situation situation(Handle tx, StoredOrder order, Input input, Instant now) {
        boolean waits = order.purpose() == OrderPurpose.LIVE && mayEndAttempt(order, input);
        return new Situation(
                waits ? failover.overdue(tx, order, now) : Optional.empty(),
                order.unresolvedIssuer().isPresent(),
                order.unusable());
    }

    private void commit(Handle tx, StoredOrder order, Input input, Decision.Moved moved, Instant now) {
        new Orders(tx).move(order.id(), moved.next(), now);
        if (moved.next() instanceof OrderState.AtTheCa waiting) {
            temporary(input).ifPresent(why -> new OrderDeadlines(tx)
                    .interrupted(order.id(), why.nextAttempt(waiting.deadline())));
        }
        failover.observe(tx, order, input, now);
        addToTimeline(tx, order, TimelineEntries.name(input), TimelineEntries.detail(order, input, moved), now);
        LOG.infof(
                "order %s of '%s': %s, now %s",
                order.id(), order.name(), TimelineEntries.name(input), StateName.of(moved.next()));
        new MoveEffects(tx, new Outbox(tx, clock), meters, order, moved, now).commit();
    }

    /** The problem after which an order at its CA waits for its resumption. */
    private static Optional<Problem> temporary(Input input) {
        if (input instanceof Input.Rejected it) {
            return Optional.of(Lifecycle.decisive(it.problems()));
        }
        return input instanceof Input.IssuanceFailed it ? Optional.of(it.problem()) : Optional.empty();
    }

    private static void addToTimeline(
            Handle tx, StoredOrder order, String entry, Map<String, Object> detail, Instant now) {
        new Timeline(tx)
                .add(
                        order.certificateId(),
                        new Timeline.Entry(
                                now,
                                order.id(),
                                entry,
                                detail,
                                order.initiator(),
                                Spans.traceId().or(order::traceId)));
    }

    private void alarm(OrderId id, Input input, String reason) {
        meters.counter("perennial_refused_inputs_total", "input", TimelineEntries.name(input))
                .increment();
        refusedLog.ifDue(skipped -> LOG.errorf(
                "ALARM: order %s received '%s', which its state does not allow: %s. The order is unchanged and the input is not applied later;"
                        + " %d more were refused since the last line. Compare the order's timeline with the log of the service that"
                        + " wrote the fact; see docs/operating/kafka.md#refused-facts",
                id, TimelineEntries.name(input), reason, skipped));
    }
}
