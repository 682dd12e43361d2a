package dev.perennial.orders.revocation;

import dev.perennial.events.OrderId;
import dev.perennial.events.RetryLater;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.revocation.RevocationProgress;
import dev.perennial.rules.revocation.RevocationRules;
import dev.perennial.rules.revocation.RevocationStep;
import dev.perennial.rules.revocation.Successor;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/**
 * Processes each revocation that is due: gather, decide, commit. If replicas select the same one, the lock on its
 * certificate serializes them, and the second finds nothing due.
 */
@Singleton
public class RevocationTask {
    private static final Logger LOG = Logger.getLogger(RevocationTask.class);
    private static final int BATCH = 100;
    private static final Duration POSTPONEMENT = Duration.ofHours(1);

    private final Database database;
    private final RevocationRules rules;
    private final Clock clock;

    @Inject
    public RevocationTask(Database database, RevocationRules rules, Clock clock) {
        this.database = database;
        this.rules = rules;
        this.clock = clock;
    }

    /** @return whether more revocations may be due */
    boolean round() {
        List<RevocationTable.Due> due =
                database.inTransaction(tx -> new RevocationTable(tx).due(BATCH, Database.earlierTime(tx, clock)));
        due.forEach(this::processOrPostpone);
        return due.size() == BATCH;
    }

    /** A row that cannot be processed must not delay the others, nor return with every round. */
    private void processOrPostpone(RevocationTable.Due due) {
        try {
            process(due);
        } catch (RetryLater e) {
            if (!Database.isLocked(e)) {
                throw e;
            }
            LOG.debugf("the revocation of %s is processed in the next round: %s", due.fingerprint(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "ALARM: the revocation of the certificate with the fingerprint %s could not be processed; it is"
                            + " processed again in %s; see docs/reference/errors.md#internal",
                    due.fingerprint(),
                    POSTPONEMENT);
            database.inTransaction(tx -> {
                Instant now = clock.instant();
                new RevocationTable(tx).await(due.fingerprint(), now.plus(POSTPONEMENT), now);
                return due;
            });
        }
    }

    private void process(RevocationTable.Due selected) {
        Spans.inSpan(
                Spans.context(selected.traceparent()),
                "process revocation",
                SpanKind.INTERNAL,
                Map.of("perennial.certificate.id", selected.certificate().toString()),
                () -> database.inTransaction(tx -> {
                    Instant now = Database.earlierTime(tx, clock);
                    // One that another transaction has locked is processed by the next round.
                    new Certificates(tx)
                            .lockIfFree(selected.certificate())
                            .ifPresent(certificate -> new RevocationTable(tx)
                                    .find(selected.fingerprint())
                                    .filter(row -> row.dueAt()
                                            .filter(at -> !at.isAfter(now))
                                            .isPresent())
                                    .ifPresent(row -> step(tx, row, certificate, now)));
                    return selected;
                }));
    }

    private void step(Handle tx, Revocation row, Certificate certificate, Instant now) {
        IssuedCertificate issued =
                new IssuedCertificates(tx).find(row.fingerprint()).orElseThrow();
        List<StoredOrder> orders = new Orders(tx).of(row.certificateId());
        RevocationTable table = new RevocationTable(tx);
        // It may have been retired since: then nothing replaces it.
        RevocationProgress state = certificate.retired().isPresent() ? RevocationProgress.DUE : row.state();
        switch (rules.next(state, row.revokeBy(), successor(tx, row, issued, orders), now)) {
            case RevocationStep.Await await -> table.await(row.fingerprint(), await.nextCheck(), now);
            case RevocationStep.Replace replace -> {
                new FollowUpOrders(tx)
                        .order(row.certificateId(), cause(row), Map.of("reason", row.reason()), row.initiator(), now);
                table.await(row.fingerprint(), replace.nextCheck(), now);
            }
            case RevocationStep.Revoke revoke -> {
                table.move(
                        row,
                        RevocationProgress.ORDERED,
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
                                issued.issuer(),
                                row.fingerprint(),
                                issued.serial(),
                                pem(issued),
                                row.reason(),
                                hosts,
                                row.retired()),
                        row.initiator(),
                        row.traceparent());
        new Timeline(tx)
                .add(
                        row.certificateId(),
                        new Timeline.Entry(
                                now,
                                row.orderId(),
                                "revocation.ordered",
                                Map.of("serial", issued.serial(), "ca", issued.issuer(), "attempt", row.attempts() + 1),
                                row.initiator(),
                                Spans.traceId()));
        LOG.infof(
                "requested the revocation of certificate '%s', serial %s, from the issuance-service",
                certificate.name(), issued.serial());
    }

    /** Order ids are UUIDv7: their text sorts by creation time. */
    private static Successor successor(Handle tx, Revocation row, IssuedCertificate revoked, List<StoredOrder> orders) {
        Set<OrderId> compromised = withCompromisedKey(tx, row, revoked);
        return Successor.of(orders.stream()
                .filter(order -> order.id().toString().compareTo(row.orderId().toString()) > 0)
                .map(order -> new Successor.NewerOrder(
                        order.snapshot(), !order.spec().targets().isEmpty(), compromised.contains(order.id())))
                .toList());
    }

    /** Orders whose certificates have the compromised key: none of them is a replacement. */
    private static Set<OrderId> withCompromisedKey(Handle tx, Revocation row, IssuedCertificate revoked) {
        return row.reason() != RevocationReason.KEY_COMPROMISE
                ? Set.of()
                : new IssuedCertificates(tx)
                        .of(row.certificateId()).stream()
                                .filter(issued -> issued.keyFingerprint().equals(revoked.keyFingerprint()))
                                .map(IssuedCertificate::orderId)
                                .collect(Collectors.toSet());
    }

    private static String pem(IssuedCertificate issued) {
        try {
            return "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'})
                            .encodeToString(issued.x509().orElseThrow().getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
        } catch (java.security.cert.CertificateEncodingException e) {
            throw new IllegalStateException("an X.509 certificate that was decoded cannot be encoded", e);
        }
    }
}
