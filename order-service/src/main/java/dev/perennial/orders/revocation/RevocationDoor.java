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
import dev.perennial.orders.revocation.RevocationAnswer.Planned;
import dev.perennial.orders.scheduling.Chore;
import dev.perennial.orders.scheduling.Chores;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Issued;
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
public class RevocationDoor {
    private final Database database;
    private final RevocationRules rules;
    private final Retirements retirements;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public RevocationDoor(
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
    public RevocationAnswer hear(Wish wish) {
        RevocationAnswer answer = database.inTransaction(tx -> hear(tx, wish));
        wakeups.factWritten().raise();
        wakeups.revocationDue().raise();
        return answer;
    }

    /** What hearing it would lead to; nothing is done. */
    public RevocationAnswer preview(RevocationRequested request) {
        return database.inTransaction(tx -> {
            Instant now = clock.instant();
            try {
                return new RevocationAnswer.Accepted(new Selection(tx, now)
                        .of(request).stream()
                                .map(issued -> planned(certificate(tx, issued), issued, request, now))
                                .toList());
            } catch (Selection.Nothing nothing) {
                return new RevocationAnswer.Refused(List.of(nothing.problem()));
            }
        });
    }

    private RevocationAnswer hear(Handle tx, Wish wish) {
        Instant now = clock.instant();
        Inbox inbox = new Inbox(tx);
        if (!inbox.isNew(wish.source(), wish.id(), wish.digest(), now)) {
            return again(inbox.earlier(wish.source(), wish.id()), wish);
        }
        try {
            RevocationAnswer.Accepted accepted = new RevocationAnswer.Accepted(new Selection(tx, now)
                    .of(wish.request()).stream()
                            .map(issued -> file(tx, wish, issued, now))
                            .toList());
            inbox.answer(wish.source(), wish.id(), Json.write(accepted));
            return accepted;
        } catch (Selection.Nothing nothing) {
            if (wish.answered()) {
                // Nothing came of it: the requester may mend the request and keep the id.
                inbox.forget(wish.source(), wish.id());
            } else {
                new Outbox(tx, clock)
                        .append(
                                new CertificateRefused(
                                        wish.id(),
                                        wish.request().name(),
                                        wish.request().owner(),
                                        List.of(nothing.problem())),
                                wish.traceparent());
            }
            return new RevocationAnswer.Refused(List.of(nothing.problem()));
        }
    }

    private static RevocationAnswer again(Inbox.Earlier earlier, Wish wish) {
        if (!earlier.digest().equals(wish.digest())) {
            return new RevocationAnswer.Refused(
                    List.of(
                            Problem.of(
                                    ErrorCode.INVALID_FIELD,
                                    "header 'Idempotency-Key': it was used before, for another request; nothing was done, use a new one")));
        }
        return earlier.answer()
                .<RevocationAnswer>map(json -> Json.read(json, RevocationAnswer.Accepted.class))
                .orElseGet(() -> new RevocationAnswer.Refused(List.of()));
    }

    private Planned file(Handle tx, Wish wish, Issued issued, Instant now) {
        Certificate certificate =
                new Certificates(tx).lock(issued.certificateId()).orElseThrow();
        Planned planned = planned(certificate, issued, wish.request(), now);
        RevocationTable table = new RevocationTable(tx);
        Optional<Revocation> before = table.find(issued.fingerprint());
        if (before.isEmpty() || overrules(planned, before.get())) {
            table.put(new Revocation(
                    issued.fingerprint(),
                    certificate.id(),
                    issued.orderId(),
                    planned.reason(),
                    wish.request().comment(),
                    wish.id(),
                    planned.retired(),
                    planned.replacedFirst() ? Revocation.State.REPLACING : Revocation.State.DUE,
                    Optional.of(now),
                    planned.replacedFirst() ? planned.revokeBy() : Optional.empty(),
                    0,
                    Optional.empty(),
                    wish.traceparent(),
                    now,
                    now));
            if (planned.reason() == RevocationReason.KEY_COMPROMISE) {
                // Whatever becomes of the order that replaces it: it is renewed until it has another key.
                new Chores(tx).postpone(certificate.id(), Chore.RENEW, now);
            }
            if (planned.retired()) {
                retirements.retire(
                        tx, certificate, "it is revoked: " + planned.reason().wireName());
            }
        }
        tell(tx, wish, planned, now);
        return planned;
    }

    /** A failed one is tried anew; a compromised key, or one that is not to wait, counts more than what was asked for before. */
    private static boolean overrules(Planned planned, Revocation before) {
        return before.state() == Revocation.State.FAILED
                || (planned.reason() == RevocationReason.KEY_COMPROMISE
                        && before.reason() != RevocationReason.KEY_COMPROMISE)
                || (before.state() == Revocation.State.REPLACING && !planned.replacedFirst());
    }

    private Planned planned(Certificate certificate, Issued issued, RevocationRequested request, Instant now) {
        boolean inUse = certificate
                .issued()
                .filter(it -> it.fingerprint().equals(issued.fingerprint()))
                .isPresent();
        Plan plan = rules.plan(request.reason(), request.replace(), inUse);
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

    private static Certificate certificate(Handle tx, Issued issued) {
        return new Certificates(tx).find(issued.certificateId()).orElseThrow();
    }

    private void tell(Handle tx, Wish wish, Planned planned, Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("requestId", wish.id());
        detail.put("source", wish.source());
        detail.put("serial", planned.serial());
        detail.put("fingerprint", planned.fingerprint());
        detail.put("reason", planned.reason());
        wish.request().comment().ifPresent(comment -> detail.put("comment", comment));
        detail.put("replacedFirst", planned.replacedFirst());
        planned.revokeBy().ifPresent(at -> detail.put("revokeBy", at));
        story(tx, planned.certificateId(), planned, now, "revocation.requested", detail);
        new Outbox(tx, clock)
                .append(
                        new RevocationAccepted(
                                planned.certificateId(),
                                planned.orderId(),
                                wish.id(),
                                planned.fingerprint(),
                                planned.serial(),
                                planned.reason(),
                                planned.replacedFirst()),
                        wish.traceparent());
    }

    private static void story(
            Handle tx, CertificateId id, Planned planned, Instant now, String entry, Map<String, Object> detail) {
        new Timeline(tx).add(id, new Timeline.Entry(now, planned.orderId(), entry, detail, Spans.traceId()));
    }
}
