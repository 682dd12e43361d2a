package dev.perennial.orders.revocation;

import dev.perennial.events.OrderId;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.renewal.FollowUpOrders;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Gather, decide, commit for each revocation that is due. Replicas may take the same one: its certificate is locked, and the second finds nothing due. */
@Singleton
public class RevocationTask {
    private static final Logger LOG = Logger.getLogger(RevocationTask.class);
    private static final int BATCH = 100;

    private final Database database;
    private final RevocationRules rules;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public RevocationTask(Database database, RevocationRules rules, Clock clock, Wakeups wakeups) {
        this.database = database;
        this.rules = rules;
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /** @return whether there may be more of them */
    boolean round() {
        List<Revocation> due = database.inTransaction(tx -> new RevocationTable(tx).due(BATCH, clock.instant()));
        due.forEach(this::take);
        if (!due.isEmpty()) {
            wakeups.factWritten().raise();
            wakeups.orderDue().raise();
        }
        return due.size() == BATCH;
    }

    private void take(Revocation seen) {
        Spans.inSpan(
                Spans.context(seen.traceparent()),
                "drive revocation",
                SpanKind.INTERNAL,
                Map.of("perennial.certificate.id", seen.certificateId().toString()),
                () -> database.inTransaction(tx -> {
                    Instant now = clock.instant();
                    Certificate certificate =
                            new Certificates(tx).lock(seen.certificateId()).orElseThrow();
                    new RevocationTable(tx)
                            .find(seen.fingerprint())
                            .filter(row ->
                                    row.dueAt().filter(at -> !at.isAfter(now)).isPresent())
                            .ifPresent(row -> step(tx, row, certificate, now));
                    return seen;
                }));
    }

    private void step(Handle tx, Revocation row, Certificate certificate, Instant now) {
        IssuedCertificate issued =
                new IssuedCertificates(tx).find(row.fingerprint()).orElseThrow();
        List<StoredOrder> orders = new Orders(tx).of(row.certificateId());
        RevocationTable table = new RevocationTable(tx);
        switch (rules.next(row, successor(tx, row, issued, orders), now)) {
            case RevocationStep.Await await -> table.await(row.fingerprint(), await.lookAgain());
            case RevocationStep.Replace replace -> {
                new FollowUpOrders(tx).order(row.certificateId(), cause(row), Map.of("reason", row.reason()), now);
                table.await(row.fingerprint(), replace.lookAgain());
            }
            case RevocationStep.Revoke revoke -> {
                table.move(
                        row,
                        Revocation.State.ORDERED,
                        row.attempts() + 1,
                        Optional.of(revoke.answerBy()),
                        row.problem(),
                        now);
                order(tx, row, issued, certificate, orders, now);
            }
        }
    }

    private static OrderCause cause(Revocation row) {
        return row.reason() == RevocationReason.KEY_COMPROMISE ? OrderCause.KEY_COMPROMISED : OrderCause.REVOKED;
    }

    private void order(
            Handle tx,
            Revocation row,
            IssuedCertificate issued,
            Certificate certificate,
            List<StoredOrder> orders,
            Instant now) {
        List<String> hosts = Stream.concat(
                        certificate.spec().targets().stream(),
                        orders.stream().flatMap(order -> order.spec().targets().stream()))
                .distinct()
                .sorted()
                .toList();
        new Outbox(tx, clock)
                .append(
                        new RevocationOrdered(
                                row.certificateId(),
                                row.orderId(),
                                certificate.name(),
                                issued.ca(),
                                row.fingerprint(),
                                issued.serial(),
                                pem(issued),
                                row.reason(),
                                hosts,
                                row.retired()),
                        row.traceparent());
        new Timeline(tx)
                .add(
                        row.certificateId(),
                        new Timeline.Entry(
                                now,
                                row.orderId(),
                                "revocation.ordered",
                                Map.of("serial", issued.serial(), "ca", issued.ca(), "attempt", row.attempts() + 1),
                                Spans.traceId()));
        LOG.infof("the revocation of '%s', serial %s, is ordered", certificate.name(), issued.serial());
    }

    /** Order ids are UUIDv7: their text sorts by the time of making. */
    private static Successor successor(Handle tx, Revocation row, IssuedCertificate revoked, List<StoredOrder> orders) {
        List<StoredOrder> newer = orders.stream()
                .filter(order -> order.id().toString().compareTo(row.orderId().toString()) > 0)
                .toList();
        if (newer.stream().anyMatch(order -> isServed(order) && hasOtherKey(tx, row, revoked, order.id()))) {
            return new Successor.Served();
        }
        return newer.stream().findFirst().map(RevocationTask::successor).orElseGet(Successor.None::new);
    }

    private static Successor successor(StoredOrder latest) {
        return switch (latest.state()) {
            case OrderState.Due it -> new Successor.UnderWay();
            case OrderState.Placed it -> new Successor.UnderWay();
            case OrderState.Authorized it -> new Successor.UnderWay();
            case OrderState.Issued it -> isServed(latest) ? new Successor.None() : new Successor.UnderWay();
            case OrderState.Undeployed it -> new Successor.UnderWay();
            case OrderState.Deployed it -> new Successor.None();
            case OrderState.Rehearsed it -> new Successor.None();
            case OrderState.Failed it -> new Successor.Failed(latest.updatedAt());
        };
    }

    private static boolean isServed(StoredOrder order) {
        return switch (order.state()) {
            case OrderState.Deployed it -> true;
            // Where it is to be served nowhere, this is as far as it gets.
            case OrderState.Issued it ->
                !order.isRehearsal() && order.spec().targets().isEmpty();
            case OrderState.Due it -> false;
            case OrderState.Placed it -> false;
            case OrderState.Authorized it -> false;
            case OrderState.Undeployed it -> false;
            case OrderState.Rehearsed it -> false;
            case OrderState.Failed it -> false;
        };
    }

    /** One that has the compromised key too is no replacement. */
    private static boolean hasOtherKey(Handle tx, Revocation row, IssuedCertificate revoked, OrderId order) {
        return row.reason() != RevocationReason.KEY_COMPROMISE
                || new IssuedCertificates(tx)
                        .of(row.certificateId()).stream()
                                .filter(issued -> issued.orderId().equals(order))
                                .noneMatch(issued -> issued.keyFingerprint().equals(revoked.keyFingerprint()));
    }

    private static String pem(IssuedCertificate issued) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(issued.x509().orElseThrow().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
    }
}
