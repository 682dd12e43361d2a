package dev.perennial.orders.requests;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateAccepted.Disposition;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.approvals.ApprovalRequests;
import dev.perennial.orders.hosts.HostTable;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.policy.DailyOrders;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.Orders.Origin;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.orders.submission.PendingApproval;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.orders.submission.SubmissionProcessor;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.telemetry.MetricLabels;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.RequestScope;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.Lifecycle;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.requests.ExistingOrderCheck;
import dev.perennial.rules.requests.KeyReuse;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.PolicyDecision;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/**
 * Requests for certificates: policy is checked, and an order is created unless an existing one satisfies the request.
 */
@Singleton
public class CertificateRequests implements SubmissionProcessor<CertificateRequested, AcceptedOrder> {
    private final SubmissionHandler handler;
    private final AccessControl access;
    private final RequestPolicy policy;
    private final CurrentPolicy owners;
    private final ApprovalRequests approvals;
    private final OrderTransitions transitions;
    private final Retirements retirements;
    private final Clock clock;
    private final MeterRegistry meters;

    @Inject
    public CertificateRequests(
            SubmissionHandler handler,
            AccessControl access,
            RequestPolicy policy,
            CurrentPolicy owners,
            ApprovalRequests approvals,
            OrderTransitions transitions,
            Retirements retirements,
            Clock clock,
            MeterRegistry meters) {
        this.handler = handler;
        this.access = access;
        this.policy = policy;
        this.owners = owners;
        this.approvals = approvals;
        this.transitions = transitions;
        this.retirements = retirements;
        this.clock = clock;
        this.meters = meters;
    }

    /**
     * Processes a request once; see {@link SubmissionHandler#handle}.
     *
     * @throws dev.perennial.events.RetryLater if the database is unavailable; nothing is committed then
     */
    public SubmissionResult<AcceptedOrder> submit(Submission<CertificateRequested> submission) {
        SubmissionResult<AcceptedOrder> result = handler.handle(submission, this);
        count(
                switch (result) {
                    case SubmissionResult.Accepted<AcceptedOrder> accepted ->
                        MetricLabels.value(accepted.answer().disposition());
                    case SubmissionResult.Waiting<AcceptedOrder> waiting -> "waiting-for-approval";
                    case SubmissionResult.Refused<AcceptedOrder> refused -> "refused";
                });
        return result;
    }

    /** Answers a record that is not a valid request; see {@link SubmissionHandler#refuse}. */
    public void refuseUnreadable(
            Caller caller, String source, String id, Problem problem, Optional<String> traceparent) {
        handler.refuse(caller, source, id, problem, traceparent);
        count("unreadable");
    }

    @Override
    public EventType type() {
        return EventType.CERTIFICATE_REQUESTED;
    }

    @Override
    public Class<AcceptedOrder> answerType() {
        return AcceptedOrder.class;
    }

    @Override
    public Subject subject(CertificateRequested request) {
        return new Subject(Optional.ofNullable(request.name()), Optional.ofNullable(request.owner()));
    }

    @Override
    public boolean joins(Handle tx, Submission<CertificateRequested> submission, PendingApproval approval) {
        return approvals.joins(tx, submission.caller(), approval.id());
    }

    @Override
    public SubmissionResult<AcceptedOrder> process(
            Handle tx, Submission<CertificateRequested> submission, Instant now) {
        Optional<Problem> denial = denial(tx, submission);
        if (denial.isPresent()) {
            return new SubmissionResult.Refused<>(List.of(denial.get()));
        }
        OwnerPolicies current = owners.read(tx);
        // Locked, so that none of them is removed while the certificate does not name it yet.
        Set<String> hosts = new HostTable(tx).lockRegistered(submission.body().targets());
        return switch (policy.check(current, hosts, submission.body())) {
            case PolicyDecision.Acceptable acceptable -> order(tx, submission, acceptable, current, now);
            case PolicyDecision.Unacceptable unacceptable -> new SubmissionResult.Refused<>(unacceptable.problems());
        };
    }

    /**
     * Names that are not valid belong to no resource. Policy refuses their requests, but explains itself only to those who
     * may request something.
     */
    private Optional<Problem> denial(Handle tx, Submission<CertificateRequested> submission) {
        Optional<Resource> resource = policy.resource(submission.body());
        if (resource.isPresent()) {
            return access.denial(tx, submission.caller(), Action.CERTIFICATE_REQUEST, resource.get());
        }
        return AccessRules.granting(submission.caller().principal(), Action.CERTIFICATE_REQUEST)
                        .isEmpty()
                ? access.denial(tx, submission.caller(), Action.CERTIFICATE_REQUEST, Resource.INSTALLATION)
                : Optional.empty();
    }

    /** A request may move a certificate to another issuer: this requires the right at both. */
    private Optional<Problem> denialOfMove(
            Handle tx, Caller caller, Certificate certificate, PolicyDecision.Acceptable request) {
        return certificate.spec().issuer().equals(request.spec().issuer())
                ? Optional.empty()
                : access.denial(tx, caller, Action.CERTIFICATE_REQUEST, certificate.resource());
    }

    private SubmissionResult<AcceptedOrder> order(
            Handle tx,
            Submission<CertificateRequested> submission,
            PolicyDecision.Acceptable request,
            OwnerPolicies current,
            Instant now) {
        Certificates certificates = new Certificates(tx);
        Certificate certificate =
                certificates.lockOrCreate(request.owner(), request.name(), request.spec(), request.labels(), now);
        Optional<Problem> denial = denialOfMove(tx, submission.caller(), certificate, request);
        if (denial.isPresent()) {
            return new SubmissionResult.Refused<>(List.of(denial.get()));
        }
        Optional<StoredOrder> latest = certificate.latestOrder().flatMap(new Orders(tx)::find);
        ExistingOrderCheck existing = RequestPolicy.existing(request, certificate, latest, now);
        return switch (existing) {
            case ORDER -> {
                // First the limit: an approval of a request that is refused anyway would be in vain.
                Optional<SubmissionResult<AcceptedOrder>> waitingOrRefused = new DailyOrders(tx, current)
                        .refusal(request.owner(), now)
                        .<SubmissionResult<AcceptedOrder>>map(
                                problem -> new SubmissionResult.Refused<>(List.of(problem)))
                        .or(() -> approvals.waitingOrRefused(
                                tx,
                                submission,
                                Action.CERTIFICATE_REQUEST,
                                // The right at both issuers is required, if the request moves the certificate.
                                RequestScope.of(
                                        request.resource(), List.of(request.resource(), certificate.resource())),
                                RequestPolicy.approval(current, request, certificate, latest)));
                if (waitingOrRefused.isPresent()) {
                    certificates.removeWithoutOrder(certificate.id());
                    yield waitingOrRefused.get();
                }
                keep(tx, submission, certificate, request, now);
                latest.filter(StoredOrder::isRehearsal)
                        .ifPresent(rehearsal -> transitions.apply(tx, rehearsal.id(), new Input.Superseded()));
                OrderId order = create(tx, submission, request, certificate, now);
                certificates.ordered(certificate.id(), request.spec(), order, now);
                yield accept(tx, submission, certificate, order, Disposition.ORDERED, now);
            }
            case RUNNING -> {
                keep(tx, submission, certificate, request, now);
                yield accept(tx, submission, certificate, latest.orElseThrow().id(), Disposition.ALREADY_RUNNING, now);
            }
            case CURRENT -> {
                keep(tx, submission, certificate, request, now);
                yield accept(tx, submission, certificate, latest.orElseThrow().id(), Disposition.ALREADY_CURRENT, now);
            }
            // The certificate stays retired, if it is: the policy may no longer allow the spec of the running order.
            case BUSY ->
                SubmissionResult.refused(
                        ErrorCode.ORDER_RUNNING,
                        "order " + latest.orElseThrow().id() + " for certificate " + certificate.id()
                                + " is running with another spec; repeat the request when it has ended");
        };
    }

    /** Ends a retirement, and stores the labels. */
    private void keep(
            Handle tx,
            Submission<CertificateRequested> submission,
            Certificate certificate,
            PolicyDecision.Acceptable request,
            Instant now) {
        retirements.revive(
                tx, certificate, "it was requested again", submission.caller().initiator());
        if (!request.labels().equals(certificate.labels())) {
            new Certificates(tx).describe(certificate.id(), request.labels(), now);
            // A label selects the change window: the renewal time is computed again.
            new ScheduledTasks(tx).postpone(certificate.id(), ScheduledTask.RENEW, now, now);
        }
    }

    private static OrderId create(
            Handle tx,
            Submission<CertificateRequested> submission,
            PolicyDecision.Acceptable request,
            Certificate certificate,
            Instant now) {
        Orders orders = new Orders(tx);
        Origin origin = Origin.request(submission.caller().initiator(), submission.traceparent());
        OrderState begin = Lifecycle.begin(now);
        return request.rehearsalAt()
                .filter(issuer -> request.rehearse() || certificate.issued().isEmpty())
                .map(issuer -> orders.rehearse(certificate, request.spec(), issuer, origin, begin, now))
                .orElseGet(() -> orders.create(
                        certificate,
                        KeyReuse.of(
                                request.spec(),
                                OrderCause.REQUESTED,
                                new IssuedCertificates(tx)
                                        .current(certificate.id())
                                        .filter(IssuedCertificate::isTainted)
                                        .isPresent()),
                        origin,
                        begin,
                        now));
    }

    private SubmissionResult<AcceptedOrder> accept(
            Handle tx,
            Submission<CertificateRequested> submission,
            Certificate certificate,
            OrderId order,
            Disposition disposition,
            Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("requestId", submission.id());
        detail.put("source", submission.source());
        detail.put("disposition", disposition);
        submission.approval().ifPresent(given -> {
            detail.put("approval", given.id());
            detail.put("approvedBy", given.by().id());
        });
        new Timeline(tx)
                .add(
                        certificate.id(),
                        new Timeline.Entry(
                                now,
                                order,
                                "certificate.requested",
                                detail,
                                submission.caller().initiator(),
                                Spans.traceId()));
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

    private void count(String outcome) {
        meters.counter("perennial_requests_total", "outcome", outcome).increment();
    }
}
