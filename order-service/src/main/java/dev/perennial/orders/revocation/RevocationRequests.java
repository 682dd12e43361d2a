package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationAccepted;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.revocation.RevocationResult.Planned;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The one door for wishes to revoke: each is heard once, and one transaction holds every row it leads to. */
@Singleton
public class RevocationRequests {
    private final Database database;
    private final RevocationRules rules;
    private final Retirements retirements;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public RevocationRequests(
            Database database, RevocationRules rules, Retirements retirements, Clock clock, Wakeups wakeups) {
        this.database = database;
        this.rules = rules;
        this.retirements = retirements;
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /**
     * Hears a wish. The second time, the first answer is given again and nothing else happens.
     *
     * @throws dev.perennial.events.RetryLater where the database is unavailable; nothing was committed
     */
    public RevocationResult hear(RevocationSubmission submission) {
        RevocationResult answer = database.inTransaction(tx -> hear(tx, submission));
        wakeups.factWritten().raise();
        wakeups.revocationDue().raise();
        return answer;
    }

    /** What hearing it would lead to; nothing is done. */
    public RevocationResult preview(RevocationRequested request) {
        return database.inTransaction(tx -> {
            Instant now = clock.instant();
            try {
                return new RevocationResult.Accepted(new RevocationSelection(tx, now)
                        .of(request).stream()
                                .map(issued -> planned(certificate(tx, issued), issued, request, now))
                                .toList());
            } catch (RevocationSelection.Nothing nothing) {
                return new RevocationResult.Refused(List.of(nothing.problem()));
            }
        });
    }

    private RevocationResult hear(Handle tx, RevocationSubmission submission) {
        Instant now = clock.instant();
        Inbox inbox = new Inbox(tx);
        if (!inbox.isNew(submission.source(), submission.id(), submission.digest(), now)) {
            return again(inbox.earlier(submission.source(), submission.id()), submission);
        }
        try {
            RevocationResult.Accepted accepted = new RevocationResult.Accepted(new RevocationSelection(tx, now)
                    .of(submission.request()).stream()
                            .map(issued -> file(tx, submission, issued, now))
                            .toList());
            inbox.answer(submission.source(), submission.id(), Json.write(accepted));
            return accepted;
        } catch (RevocationSelection.Nothing nothing) {
            if (submission.answered()) {
                // Nothing came of it: the requester may mend the request and keep the id.
                inbox.forget(submission.source(), submission.id());
            } else {
                new Outbox(tx, clock)
                        .append(
                                new CertificateRefused(
                                        submission.id(),
                                        submission.request().name(),
                                        submission.request().owner(),
                                        List.of(nothing.problem())),
                                submission.traceparent());
            }
            return new RevocationResult.Refused(List.of(nothing.problem()));
        }
    }

    private static RevocationResult again(Inbox.Earlier earlier, RevocationSubmission submission) {
        if (!earlier.digest().equals(submission.digest())) {
            return new RevocationResult.Refused(
                    List.of(
                            Problem.of(
                                    ErrorCode.INVALID_FIELD,
                                    "header 'Idempotency-Key': it was used before, for another request; nothing was done, use a new one")));
        }
        return earlier.answer()
                .<RevocationResult>map(json -> Json.read(json, RevocationResult.Accepted.class))
                .orElseGet(() -> new RevocationResult.Refused(List.of()));
    }

    private Planned file(Handle tx, RevocationSubmission submission, IssuedCertificate issued, Instant now) {
        Certificate certificate =
                new Certificates(tx).lock(issued.certificateId()).orElseThrow();
        Planned planned = planned(certificate, issued, submission.request(), now);
        RevocationTable table = new RevocationTable(tx);
        Optional<Revocation> before = table.find(issued.fingerprint());
        if (before.isEmpty() || overrules(planned, before.get())) {
            table.put(new Revocation(
                    issued.fingerprint(),
                    certificate.id(),
                    issued.orderId(),
                    planned.reason(),
                    submission.request().comment(),
                    submission.id(),
                    planned.retired(),
                    planned.replacedFirst() ? Revocation.State.REPLACING : Revocation.State.DUE,
                    Optional.of(now),
                    planned.replacedFirst() ? planned.revokeBy() : Optional.empty(),
                    0,
                    Optional.empty(),
                    submission.traceparent(),
                    now,
                    now));
            if (planned.reason() == RevocationReason.KEY_COMPROMISE) {
                // Whatever becomes of the order that replaces it: it is renewed until it has another key.
                new ScheduledTasks(tx).postpone(certificate.id(), ScheduledTask.RENEW, now);
            }
            if (planned.retired()) {
                retirements.retire(
                        tx, certificate, "it is revoked: " + planned.reason().wireName());
            }
        }
        tell(tx, submission, planned, now);
        return planned;
    }

    /** A failed one is tried anew; a compromised key, or one that is not to wait, counts more than what was asked for before. */
    private static boolean overrules(Planned planned, Revocation before) {
        return before.state() == Revocation.State.FAILED
                || (planned.reason() == RevocationReason.KEY_COMPROMISE
                        && before.reason() != RevocationReason.KEY_COMPROMISE)
                || (before.state() == Revocation.State.REPLACING && !planned.replacedFirst());
    }

    private Planned planned(
            Certificate certificate, IssuedCertificate issued, RevocationRequested request, Instant now) {
        boolean inUse = certificate
                .issued()
                .filter(it -> it.fingerprint().equals(issued.fingerprint()))
                .isPresent();
        RevocationPlan plan = rules.plan(request.reason(), request.replace(), inUse);
        return new Planned(
                certificate.id(),
                issued.orderId(),
                certificate.name(),
                certificate.owner(),
                issued.fingerprint(),
                issued.serial(),
                request.reason(),
                plan.replacedFirst(),
                plan.replacedFirst() ? plan.patience().map(now::plus) : Optional.of(now),
                plan.retired());
    }

    private static Certificate certificate(Handle tx, IssuedCertificate issued) {
        return new Certificates(tx).find(issued.certificateId()).orElseThrow();
    }

    private void tell(Handle tx, RevocationSubmission submission, Planned planned, Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("requestId", submission.id());
        detail.put("source", submission.source());
        detail.put("serial", planned.serial());
        detail.put("fingerprint", planned.fingerprint());
        detail.put("reason", planned.reason());
        submission.request().comment().ifPresent(comment -> detail.put("comment", comment));
        detail.put("replacedFirst", planned.replacedFirst());
        planned.revokeBy().ifPresent(at -> detail.put("revokeBy", at));
        story(tx, planned.certificateId(), planned, now, "revocation.requested", detail);
        new Outbox(tx, clock)
                .append(
                        new RevocationAccepted(
                                planned.certificateId(),
                                planned.orderId(),
                                submission.id(),
                                planned.fingerprint(),
                                planned.serial(),
                                planned.reason(),
                                planned.replacedFirst()),
                        submission.traceparent());
    }

    private static void story(
            Handle tx, CertificateId id, Planned planned, Instant now, String entry, Map<String, Object> detail) {
        new Timeline(tx).add(id, new Timeline.Entry(now, planned.orderId(), entry, detail, Spans.traceId()));
    }
}
