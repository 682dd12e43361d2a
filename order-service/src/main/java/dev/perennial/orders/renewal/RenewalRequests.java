package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.events.RenewalRequested;
import dev.perennial.events.WireText;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.policy.DailyOrders;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.orders.submission.SubmissionProcessor;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Action;
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

/** Requests to renew certificates now: each creates an order, unless one is in progress. */
@Singleton
public class RenewalRequests implements SubmissionProcessor<RenewalRequested, AcceptedOrder> {
    private static final int MAX_REASON = 500;

    private final SubmissionHandler handler;
    private final AccessControl access;
    private final CurrentPolicy policy;
    private final Clock clock;

    @Inject
    public RenewalRequests(SubmissionHandler handler, AccessControl access, CurrentPolicy policy, Clock clock) {
        this.handler = handler;
        this.access = access;
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * Processes a request once; see {@link SubmissionHandler#handle}.
     *
     * @throws dev.perennial.events.RetryLater if the database is unavailable; nothing is committed then
     */
    public SubmissionResult<AcceptedOrder> submit(Submission<RenewalRequested> submission) {
        return Spans.inSpan(
                Spans.context(submission.traceparent()),
                "renew certificate",
                SpanKind.INTERNAL,
                Map.of(),
                () -> handler.handle(submission, this));
    }

    @Override
    public EventType type() {
        return EventType.RENEWAL_REQUESTED;
    }

    @Override
    public Class<AcceptedOrder> answerType() {
        return AcceptedOrder.class;
    }

    @Override
    public Subject subject(RenewalRequested request) {
        return new Subject(request.name(), request.owner());
    }

    @Override
    public SubmissionResult<AcceptedOrder> process(Handle tx, Submission<RenewalRequested> submission, Instant now) {
        RenewalRequested request = submission.body();
        if (request.reason()
                .filter(text -> text.length() > MAX_REASON || !WireText.is(text))
                .isPresent()) {
            return SubmissionResult.refused(
                    ErrorCode.INVALID_FIELD,
                    "field 'reason': at most " + MAX_REASON + " characters, without NUL or unpaired surrogates");
        }
        if (request.certificateId().isEmpty()
                && (request.owner().isEmpty() || request.name().isEmpty())) {
            return SubmissionResult.refused(
                    ErrorCode.INVALID_FIELD,
                    "no certificate is specified; specify 'certificateId', or both 'owner' and 'name'");
        }
        return lock(tx, request)
                .map(certificate -> order(tx, submission, certificate, now))
                .orElseGet(() -> SubmissionResult.refused(
                        ErrorCode.NOT_FOUND, "no certificate has this id, or this owner and name"));
    }

    /** Locked first: the owner that is authorized is the one of the certificate that is renewed. */
    private static Optional<Certificate> lock(Handle tx, RenewalRequested request) {
        Certificates certificates = new Certificates(tx);
        Optional<CertificateId> id = request.certificateId().or(() -> request.owner()
                .filter(WireText::is)
                .flatMap(owner -> request.name().filter(WireText::is).flatMap(name -> certificates.idOf(owner, name))));
        return id.flatMap(certificates::lock)
                .filter(found -> request.owner().map(found.owner()::equals).orElse(true))
                .filter(found -> request.name().map(found.name()::equals).orElse(true));
    }

    private SubmissionResult<AcceptedOrder> order(
            Handle tx, Submission<RenewalRequested> submission, Certificate certificate, Instant now) {
        Optional<Problem> denial =
                access.denial(tx, submission.caller(), Action.CERTIFICATE_RENEW, certificate.resource());
        if (denial.isPresent()) {
            return new SubmissionResult.Refused<>(List.of(denial.get()));
        }
        if (certificate.retired().isPresent()) {
            return SubmissionResult.refused(
                    ErrorCode.INVALID_FIELD,
                    "the certificate is retired and is no longer renewed; to renew it again, request it again or run"
                            + " ./perennial retire NAME --undo");
        }
        Optional<Problem> overLimit = overLimit(tx, certificate, now);
        if (overLimit.isPresent()) {
            return new SubmissionResult.Refused<>(List.of(overLimit.get()));
        }
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("requestId", submission.id());
        detail.put("source", submission.source());
        submission.body().reason().ifPresent(reason -> detail.put("reason", reason));
        return switch (new FollowUpOrders(tx)
                .request(certificate.id(), detail, submission.caller().initiator(), now)) {
            case FollowUpOrders.Outcome.Ordered it ->
                accept(tx, submission, certificate, it.order(), Disposition.ORDERED);
            case FollowUpOrders.Outcome.UnderWay it ->
                accept(tx, submission, certificate, it.order(), Disposition.ALREADY_RUNNING);
            case FollowUpOrders.Outcome.Unknown it ->
                SubmissionResult.refused(ErrorCode.NOT_FOUND, "no certificate has this id, or this owner and name");
        };
    }

    /** The spec is not checked again: a renewal continues what the policy once allowed. */
    private Optional<Problem> overLimit(Handle tx, Certificate certificate, Instant now) {
        DailyOrders orders = new DailyOrders(tx, policy.read(tx));
        boolean creates = orders.limits(certificate.owner())
                && certificate
                        .latestOrder()
                        .flatMap(new Orders(tx)::find)
                        .filter(StoredOrder::isInFlight)
                        .isEmpty();
        return creates ? orders.refusal(certificate.owner(), now) : Optional.empty();
    }

    private SubmissionResult<AcceptedOrder> accept(
            Handle tx,
            Submission<RenewalRequested> submission,
            Certificate certificate,
            OrderId order,
            Disposition disposition) {
        new Outbox(tx, clock)
                .append(
                        new CertificateAccepted(
                                certificate.id(),
                                order,
                                submission.id(),
                                certificate.name(),
                                certificate.owner(),
                                disposition),
                        submission.caller().initiator(),
                        submission.traceparent());
        return new SubmissionResult.Accepted<>(new AcceptedOrder(certificate.id(), order, disposition));
    }
}
