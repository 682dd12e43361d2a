package dev.perennial.orders.order;

import dev.perennial.events.CertificateId;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.health.Failover;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.OrderDeadlines;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.store.UnresolvedAcmeOrders;
import dev.perennial.orders.store.UnresolvedAcmeOrders.UnresolvedAcmeOrder;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Decision.Effect;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetryPolicy;
import dev.perennial.rules.lifecycle.RetrySchedule;
import dev.perennial.rules.lifecycle.Situation;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
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

/** Applies an input to one order: gather, decide, commit. */
@Singleton
public class OrderTransitions {
    private static final Logger LOG = Logger.getLogger(OrderTransitions.class);

    private final Lifecycle lifecycle;
    private final Failover failover;
    private final Clock clock;
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
            case Decision.Reported reported -> {
                new Orders(tx).reported(id, reported.next());
                addToTimeline(
                        tx,
                        order,
                        TimelineEntries.name(input),
                        TimelineEntries.detail(order, described, reported.next()),
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
        Outbox outbox = new Outbox(tx, clock);
        StoredOrder placed = order;
        for (Effect effect : moved.effects()) {
            switch (effect) {
                case Decision.Resume resume ->
                    outbox.append(new OrderPlaced(placed.toEvent(resume.attempt(), resume.acmeOrder())), trace(order));
                case Decision.Return it -> {
                    String issuer = order.unresolvedIssuer().orElseThrow();
                    new Orders(tx).returned(order.id(), issuer);
                    placed = order.at(issuer);
                }
                case Decision.Leave leave -> {
                    new Orders(tx).left(order.id(), order.issuer());
                    new UnresolvedAcmeOrders(tx)
                            .add(new UnresolvedAcmeOrder(order.id(), order.issuer(), leave.acmeOrder(), now));
                    LOG.errorf(
                            "ALARM: order %s of '%s': the issuer %s may have issued a certificate for %s, but does not answer. A new attempt begins; the certificate of this one, if it appears after the order has ended, is recorded and not used; see docs/concepts/failover.md",
                            order.id(),
                            order.name(),
                            order.issuer(),
                            leave.acmeOrder().url());
                }
                case Decision.Resolve it -> resolve(tx, order, input);
                case Decision.Unusable unusable -> {
                    new Orders(tx).unusable(order.id(), now);
                    LOG.errorf(
                            "ALARM: order %s of '%s' has a certificate that cannot be used: %s (%s). %s. Correct the issuer;"
                                    + " see docs/reference/errors.md#%s",
                            order.id(),
                            order.name(),
                            unusable.problem().detail(),
                            unusable.problem().evidence().orElse("no evidence"),
                            afterUnusable(moved.next()),
                            unusable.problem().code().wireName());
                }
                case Decision.Abandon abandon ->
                    outbox.append(
                            new OrderFailed(order.certificateId(), order.id(), abandon.attempt(), abandon.problem()),
                            trace(order));
                case Decision.Remind remind -> {
                    outbox.append(overdue(order, remind), trace(order));
                    meters.counter("perennial_overdue_deployments_total").increment();
                    LOG.errorf(
                            "ALARM: order %s of '%s': the hosts %s do not serve the new certificate (%s reported a failure); its bundle is copied and published for them again. Check the agents on these hosts; see docs/internals/issuance.md#back-at-the-order-service",
                            order.id(),
                            order.name(),
                            remind.rollout().missing(),
                            remind.rollout().failed().keySet());
                }
                case Decision.EndRehearsal end ->
                    outbox.append(
                            new OrderRehearsed(
                                    order.certificateId(),
                                    order.id(),
                                    end.attempt(),
                                    order.spec().targets()),
                            trace(order));
                case Decision.GoLive live -> goLive(tx, order, now);
            }
        }
    }

    /** Keeps the ACME orders that were left unless it is certain that the unusable certificate is of the only one. */
    private static void resolve(Handle tx, StoredOrder order, Input input) {
        UnresolvedAcmeOrders table = new UnresolvedAcmeOrders(tx);
        List<String> left = table.issuers(order.id());
        // The detail names the issuer of the certificate, which may be of an attempt that was not left.
        boolean isOfTheOnlyOne = left.size() == 1
                && temporary(input)
                        .filter(problem -> problem.detail().contains("'" + left.getFirst() + "'"))
                        .isPresent();
        if (left.isEmpty() || isOfTheOnlyOne) {
            table.remove(order.id());
            new Orders(tx).resolved(order.id());
        }
    }

    private static String afterUnusable(OrderState next) {
        return next instanceof OrderState.Due due
                ? "It was not used; the next attempt begins at " + due.dueAt()
                : "It was not used, and the order has ended; run ./perennial renew after the correction";
    }

    /** The problem after which an order at its CA waits for its resumption. */
    private static Optional<Problem> temporary(Input input) {
        if (input instanceof Input.Rejected it) {
            return Optional.of(Lifecycle.decisive(it.problems()));
        }
        return input instanceof Input.IssuanceFailed it ? Optional.of(it.problem()) : Optional.empty();
    }

    private static DeploymentOverdue overdue(StoredOrder order, Decision.Remind remind) {
        return new DeploymentOverdue(
                order.toEvent(remind.attempt(), order.acmeOrder().orElseThrow()),
                remind.rollout().fingerprint(),
                remind.rollout().missing());
    }

    /** In the transaction that ends the rehearsal: either both happen, or neither. */
    private static void goLive(Handle tx, StoredOrder rehearsal, Instant now) {
        OrderId live = new Orders(tx).create(rehearsal, Lifecycle.begin(now), now);
        new Certificates(tx).ordered(rehearsal.certificateId(), rehearsal.spec(), live, now);
        new Timeline(tx)
                .add(
                        rehearsal.certificateId(),
                        new Timeline.Entry(
                                now,
                                live,
                                "rehearsal.passed",
                                Map.of(
                                        "rehearsal", rehearsal.id(),
                                        "rehearsalAt", rehearsal.issuer(),
                                        "issuer", rehearsal.spec().issuer()),
                                Spans.traceId().or(rehearsal::traceId)));
        LOG.infof(
                "the rehearsal of '%s' at %s passed; order %s is placed at %s",
                rehearsal.name(), rehearsal.issuer(), live, rehearsal.spec().issuer());
    }

    /** The current span, which belongs to the order's trace; without one, the request's. */
    private static Optional<String> trace(StoredOrder order) {
        return Spans.traceparent(Context.current()).or(order::traceparent);
    }

    private static void addToTimeline(
            Handle tx, StoredOrder order, String entry, Map<String, Object> detail, Instant now) {
        new Timeline(tx)
                .add(
                        order.certificateId(),
                        new Timeline.Entry(
                                now, order.id(), entry, detail, Spans.traceId().or(order::traceId)));
    }

    private void alarm(OrderId id, Input input, String reason) {
        meters.counter("perennial_refused_inputs_total", "input", TimelineEntries.name(input))
                .increment();
        LOG.errorf(
                "ALARM: order %s received '%s', which its state does not allow: %s. The order is unchanged and the input is not applied later."
                        + " Compare the order's timeline with the log of the service that wrote the fact; see docs/operating/kafka.md#refused-facts",
                id, TimelineEntries.name(input), reason);
    }
}
