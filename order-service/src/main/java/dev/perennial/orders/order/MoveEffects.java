package dev.perennial.orders.order;

import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderId;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.store.UnresolvedAcmeOrders;
import dev.perennial.orders.store.UnresolvedAcmeOrders.UnresolvedAcmeOrder;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderState;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Commits the effects of one move in the transaction that stores it. */
final class MoveEffects {
    private static final Logger LOG = Logger.getLogger(MoveEffects.class);

    private final Handle tx;
    private final Outbox outbox;
    private final MeterRegistry meters;
    private final StoredOrder order;
    private final Decision.Moved moved;
    private final Instant now;

    /** @param order the row before the move */
    MoveEffects(Handle tx, Outbox outbox, MeterRegistry meters, StoredOrder order, Decision.Moved moved, Instant now) {
        this.tx = tx;
        this.outbox = outbox;
        this.meters = meters;
        this.order = order;
        this.moved = moved;
        this.now = now;
    }

    void commit() {
        moved.effects().forEach(this::commit);
    }

    private void commit(Decision.Effect effect) {
        switch (effect) {
            case Decision.Resume resume ->
                outbox.append(
                        new OrderPlaced(whereItContinues().toEvent(resume.attempt(), resume.acmeOrder())),
                        order.initiator(),
                        trace());
            case Decision.Return it ->
                new Orders(tx).returned(order.id(), order.unresolvedIssuer().orElseThrow());
            case Decision.Leave leave -> leave(leave);
            case Decision.ResolveLeft it -> resolveLeft();
            case Decision.CountUnusable unusable -> countUnusable(unusable);
            case Decision.Abandon abandon ->
                outbox.append(
                        new OrderFailed(order.certificateId(), order.id(), abandon.attempt(), abandon.problem()),
                        order.initiator(),
                        trace());
            case Decision.Remind remind -> remind(remind);
            case Decision.EndRehearsal end ->
                outbox.append(
                        new OrderRehearsed(
                                order.certificateId(),
                                order.id(),
                                end.attempt(),
                                order.spec().targets()),
                        order.initiator(),
                        trace());
            case Decision.GoLive live -> goLive();
        }
    }

    private boolean has(Class<? extends Decision.Effect> effect) {
        return moved.effects().stream().anyMatch(effect::isInstance);
    }

    private StoredOrder whereItContinues() {
        return has(Decision.Return.class) ? order.at(order.unresolvedIssuer().orElseThrow()) : order;
    }

    private void leave(Decision.Leave leave) {
        new Orders(tx).left(order.id(), order.issuer());
        new UnresolvedAcmeOrders(tx).add(new UnresolvedAcmeOrder(order.id(), order.issuer(), leave.acmeOrder(), now));
        LOG.errorf(
                "ALARM: order %s of '%s': the issuer %s may have issued a certificate for %s, but does not answer. A new attempt begins; the certificate of this one, if it appears after the order has ended, is recorded and not used; see docs/concepts/failover.md",
                order.id(), order.name(), order.issuer(), leave.acmeOrder().url());
    }

    /** Keeps the ACME orders that were left unless it is certain that the unusable certificate is of the only one. */
    private void resolveLeft() {
        UnresolvedAcmeOrders table = new UnresolvedAcmeOrders(tx);
        List<String> left = table.issuers(order.id());
        if (left.isEmpty() || left.size() == 1 && unusableOf(left.getFirst())) {
            table.remove(order.id());
            new Orders(tx).resolved(order.id());
        }
    }

    /** The problem names the issuer of the certificate, which may be of an attempt that was not left. */
    private boolean unusableOf(String issuer) {
        return moved.effects().stream()
                .anyMatch(effect -> effect instanceof Decision.CountUnusable unusable
                        && unusable.problem().detail().contains("'" + issuer + "'"));
    }

    private void countUnusable(Decision.CountUnusable unusable) {
        new Orders(tx).unusable(order.id(), now);
        LOG.errorf(
                "ALARM: order %s of '%s': the certificate of %s cannot be used: %s (%s). %s. Follow"
                        + " docs/reference/errors.md#%s",
                order.id(),
                order.name(),
                issuerOfUnusable().map(issuer -> "the issuer " + issuer).orElse("an earlier attempt"),
                unusable.problem().detail(),
                unusable.problem().evidence().orElse("no evidence"),
                afterUnusable(),
                unusable.problem().code().wireName());
    }

    /** Empty if the certificate is of an earlier attempt that was not left: its issuer is in the problem only. */
    private Optional<String> issuerOfUnusable() {
        return has(Decision.ResolveLeft.class) ? order.unresolvedIssuer() : Optional.of(order.issuer());
    }

    private String afterUnusable() {
        if (moved.next() instanceof OrderState.Due due) {
            return "It was not used; the next attempt begins at " + due.dueAt();
        }
        return switch (order.purpose()) {
            case DRILL -> "It was not used, and the drill has failed";
            case LIVE, REHEARSAL ->
                "It was not used, and the order has ended; run ./perennial renew after the correction";
        };
    }

    private void remind(Decision.Remind remind) {
        outbox.append(
                new DeploymentOverdue(
                        order.toEvent(remind.attempt(), order.acmeOrder().orElseThrow()),
                        remind.rollout().fingerprint(),
                        remind.rollout().missing()),
                order.initiator(),
                trace());
        meters.counter("perennial_overdue_deployments_total").increment();
        LOG.errorf(
                "ALARM: order %s of '%s': the hosts %s do not serve the new certificate (%s reported a failure); its bundle is copied and published for them again. Check the agents on these hosts; see docs/internals/issuance.md#back-at-the-order-service",
                order.id(),
                order.name(),
                remind.rollout().missing(),
                remind.rollout().failed().keySet());
    }

    /** In the transaction that ends the rehearsal: either both happen, or neither. */
    private void goLive() {
        OrderId live = new Orders(tx).create(order, Lifecycle.begin(now), now);
        new Certificates(tx).ordered(order.certificateId(), order.spec(), live, now);
        new Timeline(tx)
                .add(
                        order.certificateId(),
                        new Timeline.Entry(
                                now,
                                live,
                                "rehearsal.passed",
                                Map.of(
                                        "rehearsal", order.id(),
                                        "rehearsalAt", order.issuer(),
                                        "issuer", order.spec().issuer()),
                                order.initiator(),
                                Spans.traceId().or(order::traceId)));
        LOG.infof(
                "the rehearsal of '%s' at %s passed; order %s is placed at %s",
                order.name(), order.issuer(), live, order.spec().issuer());
    }

    /** The current span, which belongs to the order's trace; without one, the request's. */
    private Optional<String> trace() {
        return Spans.traceparent(Context.current()).or(order::traceparent);
    }
}
