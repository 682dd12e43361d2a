package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.CertificateRefused;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.WireText;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.requests.RequestResult;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.OrderCause;
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
public class RenewalRequests {
    private static final int MAX_REASON = 500;

    private final Database database;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public RenewalRequests(Database database, Clock clock, Wakeups wakeups) {
        this.database = database;
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /**
     * Hears a wish. The second time, the first answer is given again and nothing else happens.
     *
     * @throws dev.perennial.events.RetryLater where the database is unavailable; nothing was committed
     */
    public RequestResult hear(RenewalSubmission submission) {
        RequestResult answer = Spans.inSpan(
                Spans.context(submission.traceparent()),
                "renew certificate",
                SpanKind.INTERNAL,
                Map.of(),
                () -> database.inTransaction(tx -> hear(tx, submission)));
        wakeups.factWritten().raise();
        wakeups.orderDue().raise();
        return answer;
    }

    private RequestResult hear(Handle tx, RenewalSubmission submission) {
        Inbox inbox = new Inbox(tx);
        if (!inbox.isNew(submission.source(), submission.id(), submission.digest(), clock.instant())) {
            return again(inbox.earlier(submission.source(), submission.id()), submission);
        }
        RequestResult answer = decide(tx, submission);
        switch (answer) {
            case RequestResult.Accepted accepted ->
                inbox.answer(submission.source(), submission.id(), Json.write(accepted));
            case RequestResult.Refused refused -> {
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
                                            refused.problems()),
                                    submission.traceparent());
                }
            }
        }
        return answer;
    }

    private static RequestResult again(Inbox.Earlier earlier, RenewalSubmission submission) {
        if (!earlier.digest().equals(submission.digest())) {
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "header 'Idempotency-Key': it was used before, for another request; nothing was done, use a new one");
        }
        return earlier.answer()
                .<RequestResult>map(json -> Json.read(json, RequestResult.Accepted.class))
                .orElseGet(() -> new RequestResult.Refused(List.of()));
    }

    private RequestResult decide(Handle tx, RenewalSubmission submission) {
        RenewalRequested request = submission.request();
        if (request.reason()
                .filter(text -> text.length() > MAX_REASON || !WireText.is(text))
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
                .map(certificate -> order(tx, submission, certificate))
                .orElseGet(() -> refused(ErrorCode.NOT_FOUND, "there is no such certificate"));
    }

    private static Optional<Certificate> find(Handle tx, RenewalRequested request) {
        Certificates certificates = new Certificates(tx);
        Optional<CertificateId> id = request.certificateId().or(() -> request.owner()
                .filter(WireText::is)
                .flatMap(owner -> request.name().filter(WireText::is).flatMap(name -> certificates.idOf(owner, name))));
        return id.flatMap(certificates::find)
                .filter(found -> request.owner().map(found.owner()::equals).orElse(true))
                .filter(found -> request.name().map(found.name()::equals).orElse(true));
    }

    private RequestResult order(Handle tx, RenewalSubmission submission, Certificate certificate) {
        if (certificate.retired().isPresent()) {
            return refused(
                    ErrorCode.INVALID_FIELD,
                    "the certificate is retired: it is not renewed any more; request it anew to have it kept alive again");
        }
        Map<String, Object> because = new LinkedHashMap<>();
        because.put("requestId", submission.id());
        because.put("source", submission.source());
        submission.request().reason().ifPresent(reason -> because.put("reason", reason));
        Instant now = clock.instant();
        return switch (new FollowUpOrders(tx).order(certificate.id(), OrderCause.FORCED, because, now)) {
            case FollowUpOrders.Outcome.Ordered it ->
                accept(tx, submission, certificate, it.order(), Disposition.ORDERED);
            case FollowUpOrders.Outcome.UnderWay it ->
                accept(tx, submission, certificate, it.order(), Disposition.ALREADY_RUNNING);
            case FollowUpOrders.Outcome.Unknown it -> refused(ErrorCode.NOT_FOUND, "there is no such certificate");
        };
    }

    private RequestResult accept(
            Handle tx, RenewalSubmission submission, Certificate certificate, OrderId order, Disposition disposition) {
        new Outbox(tx, clock)
                .append(
                        new CertificateAccepted(
                                certificate.id(),
                                order,
                                submission.id(),
                                certificate.name(),
                                certificate.owner(),
                                disposition),
                        submission.traceparent());
        return new RequestResult.Accepted(certificate.id(), order, disposition);
    }

    private static RequestResult refused(ErrorCode code, String detail) {
        return new RequestResult.Refused(List.of(Problem.of(code, detail)));
    }
}
