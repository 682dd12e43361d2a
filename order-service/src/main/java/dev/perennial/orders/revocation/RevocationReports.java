package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.OrderFact;
import dev.perennial.events.RevocationFailed;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** What the issuance-service reports about revocations, each once. */
@Singleton
public class RevocationReports {
    private static final Logger LOG = Logger.getLogger(RevocationReports.class);

    private final Database database;
    private final RevocationRules rules;
    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    public RevocationReports(Database database, RevocationRules rules, Clock clock, MeterRegistry meters) {
        this.database = database;
        this.rules = rules;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * @return whether it was a report about a revocation
     * @throws dev.perennial.events.RetryLater where the database is unavailable; nothing was committed
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
        void with(Handle tx, F fact, Revocation row, Instant now);
    }

    private <F extends OrderFact> boolean record(CloudEvent event, F fact, String fingerprint, Commit<F> commit) {
        database.inTransaction(tx -> {
            Instant now = clock.instant();
            if (new Inbox(tx).isNew(event, now)
                    && new Certificates(tx).lock(fact.certificateId()).isPresent()) {
                new RevocationTable(tx)
                        .find(fingerprint)
                        .filter(row -> row.certificateId().equals(fact.certificateId()))
                        .ifPresentOrElse(
                                row -> commit.with(tx, fact, row, now),
                                () -> LOG.errorf(
                                        "ALARM: %s about %s, whose revocation nobody here asked for",
                                        event.type().wireName(), fingerprint));
            }
            return event;
        });
        return true;
    }

    private void revoked(Handle tx, CertificateRevoked fact, Revocation row, Instant now) {
        new RevocationTable(tx)
                .move(row, Revocation.State.REVOKED, row.attempts(), Optional.empty(), Optional.empty(), now);
        new IssuedCertificates(tx)
                .revoked(row.fingerprint(), fact.revokedAt(), fact.reason().wireName());
        tell(
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
            replaceWhatIsServed(tx, row, now);
        }
    }

    /** Where it was not to be replaced first, or that took too long: the renewal does it, now. */
    private static void replaceWhatIsServed(Handle tx, Revocation row, Instant now) {
        new Certificates(tx)
                .find(row.certificateId())
                .flatMap(Certificate::issued)
                .filter(issued -> issued.fingerprint().equals(row.fingerprint()))
                .ifPresent(issued ->
                        new ScheduledTasks(tx).set(row.certificateId(), ScheduledTask.RENEW, now, issued.notAfter()));
    }

    private void failed(Handle tx, RevocationFailed fact, Revocation row, Instant now) {
        if (row.state().isOver()) {
            return;
        }
        Optional<Instant> again = rules.afterFailure(row.attempts(), fact.problem(), now);
        new RevocationTable(tx)
                .move(
                        row,
                        again.isPresent() ? Revocation.State.DUE : Revocation.State.FAILED,
                        row.attempts(),
                        again,
                        Optional.of(again.map(fact.problem()::nextAttempt).orElse(fact.problem())),
                        now);
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("problem", fact.problem());
        again.ifPresent(at -> detail.put("nextAttemptAt", at));
        tell(tx, row, "revocation.failed", detail, now);
        if (again.isEmpty()) {
            meters.counter("perennial_failed_revocations_total").increment();
            String serial = new IssuedCertificates(tx)
                    .find(row.fingerprint())
                    .map(IssuedCertificate::serial)
                    .orElse("?");
            LOG.errorf(
                    "ALARM: serial %s of certificate %s is not revoked, and nobody tries again by themselves: %s",
                    serial, row.certificateId(), fact.problem().detail());
        }
    }

    private static void tell(Handle tx, Revocation row, String entry, Map<String, Object> detail, Instant now) {
        new Timeline(tx)
                .add(row.certificateId(), new Timeline.Entry(now, row.orderId(), entry, detail, Spans.traceId()));
    }
}
