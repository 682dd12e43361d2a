package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.CleanText;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.requests.Answer;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Cause;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The one door for wishes to renew: each is heard once, and one transaction holds everything it leads to. */
@Singleton
public class RenewalDoor {
    private static final int MAX_REASON = 500;

    private final Database database;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public RenewalDoor(Database database, Clock clock, Wakeups wakeups) {
        this.database = database;
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /**
     * Hears a wish. The second time, the first answer is given again and nothing else happens.
     *
     * @throws dev.perennial.events.RetryLater where the database is unavailable; nothing was committed
     */
    public Answer hear(RenewalWish wish) {
        Answer answer = Spans.inSpan(
                Spans.context(wish.traceparent()),
                "renew certificate",
                SpanKind.INTERNAL,
                Map.of(),
                () -> database.inTransaction(tx -> hear(tx, wish)));
        wakeups.factWritten().raise();
        wakeups.orderDue().raise();
        return answer;
    }

    private Answer hear(Handle tx, RenewalWish wish) {
        Inbox inbox = new Inbox(tx);
        if (!inbox.isNew(wish.source(), wish.id(), wish.digest(), clock.instant())) {
            return again(inbox.earlier(wish.source(), wish.id()), wish);
        }
        Answer answer = decide(tx, wish);
        switch (answer) {
            case Answer.Accepted accepted -> inbox.answer(wish.source(), wish.id(), Json.write(accepted));
            case Answer.Refused refused -> {
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
                                            refused.problems()),
                                    wish.traceparent());
                }
            }
        }
        return answer;
    }

    private static Answer again(Inbox.Earlier earlier, RenewalWish wish) {
        if (!earlier.digest().equals(wish.digest())) {
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "header 'Idempotency-Key': it was used before, for another request; nothing was done, use a new one");
        }
        return earlier.answer()
                .<Answer>map(json -> Json.read(json, Answer.Accepted.class))
                .orElseGet(() -> new Answer.Refused(List.of()));
    }

    private Answer decide(Handle tx, RenewalWish wish) {
        RenewalRequested request = wish.request();
        if (request.reason()
                .filter(text -> text.length() > MAX_REASON || !CleanText.is(text))
                .isPresent()) {
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "field 'reason': at most " + MAX_REASON + " characters that can be stored");
        }
        if (request.certificateId().isEmpty()
                && (request.owner().isEmpty() || request.name().isEmpty())) {
            return refused(
                    ErrorCode.INVALID_FIELD, "say which certificate: 'certificateId', or both 'owner' and 'name'");
        }
        return find(tx, request)
                .map(certificate -> order(tx, wish, certificate))
                .orElseGet(() -> refused(ErrorCode.NOT_FOUND, "there is no such certificate"));
    }

    private static Optional<Certificate> find(Handle tx, RenewalRequested request) {
        Certificates certificates = new Certificates(tx);
        Optional<CertificateId> id = request.certificateId()
                .or(() -> request.owner().filter(CleanText::is).flatMap(owner -> request.name()
                        .filter(CleanText::is)
                        .flatMap(name -> certificates.idOf(owner, name))));
        return id.flatMap(certificates::find)
                .filter(found -> request.owner().map(found.owner()::equals).orElse(true))
                .filter(found -> request.name().map(found.name()::equals).orElse(true));
    }

    private Answer order(Handle tx, RenewalWish wish, Certificate certificate) {
        if (certificate.retired().isPresent()) {
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "the certificate is retired: it is not renewed any more; request it anew to have it kept alive again");
        }
        Map<String, Object> because = new LinkedHashMap<>();
        because.put("requestId", wish.id());
        because.put("source", wish.source());
        wish.request().reason().ifPresent(reason -> because.put("reason", reason));
        Instant now = clock.instant();
        return switch (new Reorders(tx).order(certificate.id(), Cause.FORCED, because, now)) {
            case Reorders.Outcome.Ordered it -> accept(tx, wish, certificate, it.order(), Disposition.ORDERED);
            case Reorders.Outcome.UnderWay it -> accept(tx, wish, certificate, it.order(), Disposition.ALREADY_RUNNING);
            case Reorders.Outcome.Unknown it -> refused(ErrorCode.NOT_FOUND, "there is no such certificate");
        };
    }

    private Answer accept(
            Handle tx, RenewalWish wish, Certificate certificate, OrderId order, Disposition disposition) {
        new Outbox(tx, clock)
                .append(
                        new CertificateAccepted(
                                certificate.id(),
                                order,
                                wish.id(),
                                certificate.name(),
                                certificate.owner(),
                                disposition),
                        wish.traceparent());
        return new Answer.Accepted(certificate.id(), order, disposition);
    }

    private static Answer refused(ErrorCode code, String detail) {
        return new Answer.Refused(List.of(Problem.of(code, detail)));
    }
}
