package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.OrderFact;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationFailed;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.RefusedFacts;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.revocation.RevocationProgress;
import dev.perennial.rules.revocation.RevocationRules;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Records the reports of the issuance-service about revocations, each once. */
@Singleton
public class RevocationReports {
    private static final Logger LOG = Logger.getLogger(RevocationReports.class);
    /** Between the CA, the issuance-service and this service. */
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);

    private final Database database;
    private final RevocationRules rules;
    private final Clock clock;
    private final MeterRegistry meters;
    private final RefusedFacts refused;

    @Inject
    public RevocationReports(
            Database database, RevocationRules rules, Clock clock, MeterRegistry meters, RefusedFacts refused) {
        this.database = database;
        this.rules = rules;
        this.clock = clock;
        this.meters = meters;
        this.refused = refused;
    }

    /**
     * @return whether it was a report about a revocation
     * @throws dev.perennial.events.RetryLater if the database is unavailable; nothing is committed then
     */
    public boolean record(CloudEvent event) {
        if (event.data() instanceof CertificateRevoked revoked) {
            return record(event, revoked, revoked.fingerprint(), this::revoked);
        }
        return event.data() instanceof RevocationFailed failed
                && record(event, failed, failed.fingerprint(), this::failed);
    }

    @FunctionalInterface
    private interface Commit<F> {
        void with(Handle tx, CloudEvent event, F fact, Revocation row, Instant now);
    }

    private <F extends OrderFact> boolean record(CloudEvent event, F fact, String fingerprint, Commit<F> commit) {
        database.inTransaction(tx -> {
            Instant now = clock.instant();
            if (new Certificates(tx).lock(fact.certificateId()).isEmpty()) {
                return event;
            }
            Optional<Revocation> row = new RevocationTable(tx).find(fingerprint).filter(it -> it.certificateId()
                    .equals(fact.certificateId()));
            Optional<String> refusal = row.flatMap(it -> refusal(tx, fact, it, now));
            if (refusal.isPresent()) {
                // Without an inbox entry, which would make the genuine fact with the same id a duplicate.
                refused.record(
                        tx, event, fact.certificateId(), row.orElseThrow().orderId(), refusal.get(), now);
            } else if (new Inbox(tx).isNew(event, now)) {
                row.ifPresentOrElse(
                        it -> commit.with(tx, event, fact, it, now),
                        () -> LOG.errorf(
                                "ALARM: %s reports fingerprint %s, which has no revocation here; check who revoked it; see docs/concepts/revocation.md#revocation-by-others",
                                event.type().wireName(), fingerprint));
            }
            return event;
        });
        return true;
    }

    /** The reason why the report does not count: a claim that contradicts the issued certificate. */
    private static Optional<String> refusal(Handle tx, OrderFact fact, Revocation row, Instant now) {
        if (!(fact instanceof CertificateRevoked revoked)) {
            return Optional.empty();
        }
        Optional<IssuedCertificate> issued = new IssuedCertificates(tx).find(row.fingerprint());
        if (issued.isPresent() && !issued.get().serial().equals(revoked.serial())) {
            return Optional.of("its serial is not that of the issued certificate");
        }
        return revoked.revokedAt().isAfter(now.plus(CLOCK_SKEW))
                        || issued.isPresent()
                                && revoked.revokedAt()
                                        .isBefore(issued.get().notBefore().minus(CLOCK_SKEW))
                ? Optional.of("revokedAt is in the future or before the issuance")
                : Optional.empty();
    }

    private void revoked(Handle tx, CloudEvent event, CertificateRevoked fact, Revocation row, Instant now) {
        new RevocationTable(tx)
                .move(row, RevocationProgress.REVOKED, row.attempts(), Optional.empty(), Optional.empty(), now);
        new IssuedCertificates(tx)
                .revoked(row.fingerprint(), fact.revokedAt(), fact.reason().wireName());
        addToTimeline(
                tx,
                row,
                "certificate.revoked",
                Map.of(
                        "serial", fact.serial(),
                        "reason", fact.reason(),
                        "revokedAt", fact.revokedAt(),
                        "destroyedVersions", fact.destroyedVersions()),
                now);
        if (!row.retired()) {
            renewAtOnce(tx, row, now);
        }
    }

    /** If the certificate is still in use, because it was not replaced in time, the renewal replaces it now. */
    private static void renewAtOnce(Handle tx, Revocation row, Instant now) {
        new Certificates(tx)
                .find(row.certificateId())
                .flatMap(Certificate::issued)
                .filter(issued -> issued.fingerprint().equals(row.fingerprint()))
                .ifPresent(issued -> new ScheduledTasks(tx)
                        .set(row.certificateId(), ScheduledTask.RENEW, now, issued.notAfter(), now));
    }

    private void failed(Handle tx, CloudEvent event, RevocationFailed fact, Revocation row, Instant now) {
        if (row.state().isFinal()) {
            return;
        }
        Problem problem = event.withReaderClock(fact.problem(), now);
        Optional<Instant> nextAttempt = rules.afterFailure(row.attempts(), problem, now);
        new RevocationTable(tx)
                .move(
                        row,
                        nextAttempt.isPresent() ? RevocationProgress.DUE : RevocationProgress.FAILED,
                        row.attempts(),
                        nextAttempt,
                        Optional.of(nextAttempt.map(problem::nextAttempt).orElse(problem)),
                        now);
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("problem", problem);
        nextAttempt.ifPresent(at -> detail.put("nextAttemptAt", at));
        addToTimeline(tx, row, "revocation.failed", detail, now);
        if (nextAttempt.isEmpty()) {
            meters.counter("perennial_failed_revocations_total").increment();
            String serial = new IssuedCertificates(tx)
                    .find(row.fingerprint())
                    .map(IssuedCertificate::serial)
                    .orElse("?");
            LOG.errorf(
                    "ALARM: the CA refuses to revoke serial %s of certificate %s: %s; the revocation is not retried; correct the cause and request it again; see docs/concepts/revocation.md#the-steps-and-the-effect-of-a-crash-after-each",
                    serial, row.certificateId(), fact.problem().detail());
        }
    }

    private static void addToTimeline(
            Handle tx, Revocation row, String entry, Map<String, Object> detail, Instant now) {
        new Timeline(tx)
                .add(
                        row.certificateId(),
                        new Timeline.Entry(now, row.orderId(), entry, detail, row.initiator(), Spans.traceId()));
    }
}
