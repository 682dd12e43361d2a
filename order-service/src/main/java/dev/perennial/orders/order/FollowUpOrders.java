package dev.perennial.orders.order;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderId;
import dev.perennial.events.RenewalStarted;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.Orders.Origin;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.StoredOrder.Replaced;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.requests.KeyReuse;
import io.opentelemetry.context.Context;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Creates the next order of a certificate with the same spec. */
public final class FollowUpOrders {
    private final Handle tx;

    public FollowUpOrders(Handle tx) {
        this.tx = tx;
    }

    /** The result. */
    public sealed interface Outcome {
        /** The order was created in the caller's transaction. */
        record Ordered(OrderId order) implements Outcome {}

        /** An order is already under way and produces the new certificate. */
        record UnderWay(OrderId order) implements Outcome {}

        /** The certificate does not exist. */
        record Unknown() implements Outcome {}
    }

    /**
     * Works in the caller's transaction; the certificate stays locked until its end.
     *
     * @param extra fields for the timeline entry beyond the cause
     * @param initiator the principal to whose action it belongs, or this service
     */
    public Outcome order(
            CertificateId id, OrderCause cause, Map<String, Object> extra, Initiator initiator, Instant now) {
        return order(id, cause, extra, false, initiator, now);
    }

    /** As {@link #order}, for a request: the order counts for the limit of its owner. */
    public Outcome request(CertificateId id, Map<String, Object> extra, Initiator initiator, Instant now) {
        return order(id, OrderCause.RENEWAL_REQUESTED, extra, true, initiator, now);
    }

    private Outcome order(
            CertificateId id,
            OrderCause cause,
            Map<String, Object> extra,
            boolean requested,
            Initiator initiator,
            Instant now) {
        Certificates certificates = new Certificates(tx);
        Optional<Certificate> found = certificates.lock(id);
        if (found.isEmpty()) {
            return new Outcome.Unknown();
        }
        Certificate certificate = found.get();
        Orders orders = new Orders(tx);
        Optional<StoredOrder> running =
                certificate.latestOrder().flatMap(orders::find).filter(StoredOrder::isInFlight);
        if (running.isPresent()) {
            if (cause == OrderCause.RENEWAL_REQUESTED
                    && Lifecycle.waitsAfterUnusable(running.get().state(), now)) {
                new DueOrders(tx).endWait(running.get().id(), now);
            }
            return new Outcome.UnderWay(running.get().id());
        }
        Optional<IssuedCertificate> replaced = new IssuedCertificates(tx).current(id);
        OrderState begin = Lifecycle.begin(cause, orders.lastUnusable(id), now);
        OrderId order = orders.create(
                certificate,
                KeyReuse.of(
                        certificate.spec(),
                        cause,
                        replaced.filter(IssuedCertificate::isTainted).isPresent()),
                new Origin(
                        cause,
                        replaced.flatMap(it -> it.renewalId().map(renewalId -> new Replaced(renewalId, it.issuer()))),
                        replaced.flatMap(IssuedCertificate::suggestion).isPresent(),
                        requested,
                        initiator,
                        Spans.traceparent(Context.current())),
                begin,
                now);
        certificates.ordered(id, certificate.spec(), order, now);
        addToTimeline(id, order, cause, replaced, extra, initiator, now);
        new Outbox(tx, Clock.fixed(now, ZoneOffset.UTC))
                .append(
                        new RenewalStarted(
                                id,
                                order,
                                certificate.name(),
                                certificate.owner(),
                                cause.name(),
                                replaced.map(IssuedCertificate::fingerprint),
                                replaced.map(IssuedCertificate::notAfter)),
                        initiator,
                        Spans.traceparent(Context.current()));
        return new Outcome.Ordered(order);
    }

    private void addToTimeline(
            CertificateId id,
            OrderId order,
            OrderCause cause,
            Optional<IssuedCertificate> replaced,
            Map<String, Object> extra,
            Initiator initiator,
            Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>(extra);
        detail.put("cause", cause.name());
        replaced.ifPresent(it -> {
            detail.put("replaces", it.fingerprint());
            detail.put("expiresAt", it.notAfter());
        });
        new Timeline(tx).add(id, new Timeline.Entry(now, order, "renewal.started", detail, initiator, Spans.traceId()));
    }
}
