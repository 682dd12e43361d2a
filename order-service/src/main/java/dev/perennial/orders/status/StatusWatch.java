package dev.perennial.orders.status;

import dev.perennial.events.CertificateId;
import dev.perennial.events.RevocationReason;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.revocation.CompromisedKeys;
import dev.perennial.orders.revocation.RevocationTable;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.MetricLabels;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The action of the task {@code CHECK_STATUS}: gather, check outside any transaction, commit. */
final class StatusWatch {
    private static final Logger LOG = Logger.getLogger(StatusWatch.class);

    private final Database database;
    private final StatusCheck statusCheck;
    private final Duration every;
    private final Duration retry;
    private final Clock clock;
    private final MeterRegistry meters;

    StatusWatch(
            Database database,
            StatusCheck statusCheck,
            Duration every,
            Duration retry,
            Clock clock,
            MeterRegistry meters) {
        this.database = database;
        this.statusCheck = statusCheck;
        this.every = every;
        this.retry = retry;
        this.clock = clock;
        this.meters = meters;
    }

    void check(CertificateId id) {
        Optional<IssuedCertificate> current = database.inTransaction(tx -> new IssuedCertificates(tx).current(id));
        Spans.inSpan("check status", SpanKind.INTERNAL, Map.of("perennial.certificate.id", id.toString()), () -> {
            StatusResult result = current.map(this::result).orElseGet(StatusResult.NotOffered::new);
            return database.inTransaction(tx -> commit(tx, id, current, result));
        });
    }

    private StatusResult result(IssuedCertificate issued) {
        return issued.x509()
                .map(leaf -> statusCheck.at(leaf, issued.issuedBy()))
                .orElseGet(() -> new StatusResult.Unavailable("it was issued before its DER encoding was stored"));
    }

    private CertificateId commit(
            Handle tx, CertificateId id, Optional<IssuedCertificate> checked, StatusResult result) {
        Instant now = clock.instant();
        Optional<Certificate> certificate = new Certificates(tx).lock(id);
        if (certificate.isEmpty() || checked.isEmpty()) {
            new ScheduledTasks(tx).drop(id, ScheduledTask.CHECK_STATUS);
            return id;
        }
        IssuedCertificate issued = checked.get();
        Instant next = next(result, issued, now);
        new StatusTable(tx).put(issued.fingerprint(), result, next, now);
        meters.counter("perennial_status_checks_total", "status", MetricLabels.value(result.status()))
                .increment();
        new ScheduledTasks(tx).postpone(id, ScheduledTask.CHECK_STATUS, next, now);
        if (result instanceof StatusResult.Revoked revoked
                && new IssuedCertificates(tx)
                        .find(issued.fingerprint())
                        .flatMap(IssuedCertificate::revokedAt)
                        .isEmpty()
                && new RevocationTable(tx)
                        .of(id).stream().noneMatch(row -> row.fingerprint().equals(issued.fingerprint()))) {
            detected(tx, certificate.get(), issued, revoked, now);
        }
        return id;
    }

    /** The revocation was not requested here, and clients may reject the certificate from now on. */
    private void detected(
            Handle tx, Certificate certificate, IssuedCertificate issued, StatusResult.Revoked revoked, Instant now) {
        String reason = revoked.reason().orElse("unspecified");
        new IssuedCertificates(tx).revoked(issued.fingerprint(), revoked.at(), reason);
        if (reason.equals(RevocationReason.KEY_COMPROMISE.wireName())) {
            new CompromisedKeys(tx).reportedByCa(issued.fingerprint(), now);
        }
        new Timeline(tx)
                .add(
                        certificate.id(),
                        new Timeline.Entry(
                                now,
                                issued.orderId(),
                                "revocation.detected",
                                Map.of(
                                        "serial", issued.serial(),
                                        "revokedAt", revoked.at(),
                                        "reason", reason,
                                        "source", revoked.source()),
                                Outbox.SYSTEM,
                                Spans.traceId()));
        boolean inUse = certificate
                .issued()
                .filter(it -> it.fingerprint().equals(issued.fingerprint()))
                .isPresent();
        if (inUse) {
            new ScheduledTasks(tx).postpone(certificate.id(), ScheduledTask.RENEW, now, now);
        }
        meters.counter("perennial_detected_revocations_total").increment();
        LOG.errorf(
                "ALARM: certificate '%s' of %s, serial %s, was revoked at %s without a request to Perennial (reason %s, source %s); if it is in use, it is replaced now. Ask the CA for the cause; see docs/concepts/revocation.md#revocation-by-others",
                certificate.name(), certificate.owner(), issued.serial(), revoked.at(), reason, revoked.source());
    }

    private Instant next(StatusResult result, IssuedCertificate issued, Instant now) {
        Duration pause =
                switch (result.status()) {
                    case GOOD, REVOKED, NOT_OFFERED -> every;
                    case UNKNOWN, UNAVAILABLE -> retry;
                };
        return now.plus(Duration.ofMillis((long) (pause.toMillis() * (0.75 + issued.jitter() / 4))));
    }
}
