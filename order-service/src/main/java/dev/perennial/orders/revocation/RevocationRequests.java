package dev.perennial.orders.revocation;

import dev.perennial.events.CertificateId;
import dev.perennial.events.EventType;
import dev.perennial.events.Problem;
import dev.perennial.events.RevocationAccepted;
import dev.perennial.events.RevocationReason;
import dev.perennial.events.RevocationRequested;
import dev.perennial.orders.access.AccessControl;
import dev.perennial.orders.access.Caller;
import dev.perennial.orders.approvals.ApprovalRequests;
import dev.perennial.orders.approvals.FourEyes;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.PendingApproval;
import dev.perennial.orders.submission.Submission;
import dev.perennial.orders.submission.SubmissionHandler;
import dev.perennial.orders.submission.SubmissionProcessor;
import dev.perennial.orders.submission.SubmissionResult;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.approvals.RequestEffect;
import dev.perennial.rules.approvals.RequestScope;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.revocation.RevocationPlan;
import dev.perennial.rules.revocation.RevocationProgress;
import dev.perennial.rules.revocation.RevocationRules;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Requests to revoke certificates: each leads to a row for every X.509 certificate that is revoked for it. */
@Singleton
public class RevocationRequests implements SubmissionProcessor<RevocationRequested, RevocationAnswer> {
    /** In the record of the decision, because a preview revokes nothing. */
    private static final Optional<String> DRY_RUN = Optional.of("dry run");

    private final SubmissionHandler handler;
    private final AccessControl access;
    private final Database database;
    private final RevocationRules rules;
    private final CurrentPolicy owners;
    private final ApprovalRequests approvals;
    private final FourEyes fourEyes;
    private final Retirements retirements;
    private final Clock clock;

    @Inject
    public RevocationRequests(
            SubmissionHandler handler,
            AccessControl access,
            Database database,
            RevocationRules rules,
            CurrentPolicy owners,
            ApprovalRequests approvals,
            FourEyes fourEyes,
            Retirements retirements,
            Clock clock) {
        this.handler = handler;
        this.access = access;
        this.database = database;
        this.rules = rules;
        this.owners = owners;
        this.approvals = approvals;
        this.fourEyes = fourEyes;
        this.retirements = retirements;
        this.clock = clock;
    }

    /**
     * Processes a request once; see {@link SubmissionHandler#handle}.
     *
     * @throws dev.perennial.events.RetryLater if the database is unavailable; nothing is committed then
     */
    public SubmissionResult<RevocationAnswer> submit(Submission<RevocationRequested> submission) {
        return handler.handle(submission, this);
    }

    /** The result that the request would have; nothing but the authorization is written. */
    public SubmissionResult<RevocationAnswer> preview(Caller caller, RevocationRequested request) {
        return database.inTransaction(tx -> {
            Instant now = clock.instant();
            return select(
                    tx,
                    caller,
                    DRY_RUN,
                    request,
                    now,
                    (named, exact, selected) -> Optional.empty(),
                    issued -> planned(certificate(tx, issued), issued, request, now));
        });
    }

    @Override
    public EventType type() {
        return EventType.REVOCATION_REQUESTED;
    }

    @Override
    public Class<RevocationAnswer> answerType() {
        return RevocationAnswer.class;
    }

    @Override
    public Subject subject(RevocationRequested request) {
        return new Subject(request.name(), request.owner());
    }

    @Override
    public boolean joins(Handle tx, Submission<RevocationRequested> submission, PendingApproval approval) {
        return approvals.joins(tx, submission.caller(), approval.id());
    }

    @Override
    public SubmissionResult<RevocationAnswer> process(
            Handle tx, Submission<RevocationRequested> submission, Instant now) {
        return select(
                tx,
                submission.caller(),
                Optional.empty(),
                submission.body(),
                now,
                (named, exact, selected) -> waitingOrRefused(tx, submission.with(exact), named, selected, now),
                issued -> plan(tx, submission, issued, now));
    }

    /** Whether the request has to wait, by the policy of an owner or because a certificate is one of others. */
    private Optional<SubmissionResult<RevocationAnswer>> waitingOrRefused(
            Handle tx,
            Submission<RevocationRequested> submission,
            Certificate named,
            List<IssuedCertificate> selected,
            Instant now) {
        RevocationTable table = new RevocationTable(tx);
        boolean changes = selected.stream().anyMatch(issued -> table.find(issued.fingerprint())
                .map(before -> overrules(planned(certificate(tx, issued), issued, submission.body(), now), before))
                .orElse(true));
        List<Resource> resources = Stream.concat(Stream.of(named.resource()), resources(tx, selected))
                .distinct()
                .toList();
        OwnerPolicies current = owners.read(tx);
        Stream<ApprovalNeed> byPolicy = resources.stream()
                .flatMap(it -> it.owner().stream())
                .distinct()
                .flatMap(owner -> current.approvals(owner).revocations().stream());
        Optional<ApprovalNeed> need = ApprovalNeed.all(
                Stream.concat(byPolicy, fourEyes.ofRevocation(submission.caller(), resources).stream()));
        return approvals.waitingOrRefused(
                tx,
                submission,
                Action.CERTIFICATE_REVOKE,
                scope(tx, submission.body(), resources, selected, now),
                changes ? need : Optional.empty());
    }

    /**
     * Bound to each X.509 certificate: a certificate that gets the compromised key later was not shown to the approver. Bound
     * to the retirement: after a renewal, the revocation of the former X.509 certificate would not end the certificate.
     */
    private RequestScope scope(
            Handle tx,
            RevocationRequested request,
            List<Resource> resources,
            List<IssuedCertificate> selected,
            Instant now) {
        List<RequestEffect> revoked = selected.stream()
                .map(issued -> {
                    Certificate certificate = certificate(tx, issued);
                    return new RequestEffect(
                            resource(certificate, issued),
                            Optional.of(issued.fingerprint()),
                            planned(certificate, issued, request, now).retired());
                })
                .toList();
        // The requester needs a right to the certificate that it names too, which may be at another issuer now.
        Stream<RequestEffect> named = resources.stream()
                .filter(it -> revoked.stream().map(RequestEffect::resource).noneMatch(it::equals))
                .map(RequestEffect::on);
        return new RequestScope(
                Resource.common(resources),
                Stream.concat(revoked.stream(), named).toList());
    }

    private static Resource resource(Certificate certificate, IssuedCertificate issued) {
        return Resource.certificate(certificate.owner(), certificate.name(), issued.issuer());
    }

    @FunctionalInterface
    private interface ApprovalCheck {
        /**
         * @param exact the request for the X.509 certificate that it selects now
         * @return empty if the request needs no approval, or has it
         */
        Optional<SubmissionResult<RevocationAnswer>> waitingOrRefused(
                Certificate named, RevocationRequested exact, List<IssuedCertificate> selected);
    }

    private SubmissionResult<RevocationAnswer> select(
            Handle tx,
            Caller caller,
            Optional<String> subject,
            RevocationRequested request,
            Instant now,
            ApprovalCheck approval,
            Function<IssuedCertificate, RevocationAnswer.Planned> plan) {
        try {
            RevocationSelection selection = new RevocationSelection(tx, now);
            Set<CertificateId> locked = new HashSet<>();
            Set<Resource> authorized = new HashSet<>();
            // Repeated under the locks: until then, a transfer can change the owner of a certificate that is selected.
            while (true) {
                Certificate named = selection.certificate(request);
                // First, because a refusal of the selection shows what was issued.
                List<Problem> denials = denials(tx, caller, subject, Stream.of(named.resource()), authorized);
                if (!denials.isEmpty()) {
                    return new SubmissionResult.Refused<>(denials);
                }
                RevocationRequested exact = selection.exact(named, request);
                List<IssuedCertificate> selected = selection.of(named, exact);
                if (!lock(tx, named, selected, locked)) {
                    denials = denials(tx, caller, subject, resources(tx, selected), authorized);
                    return denials.isEmpty()
                            ? approval.waitingOrRefused(named, exact, selected)
                                    .orElseGet(() -> new SubmissionResult.Accepted<>(new RevocationAnswer(
                                            selected.stream().map(plan).toList())))
                            : new SubmissionResult.Refused<>(denials);
                }
            }
        } catch (RevocationSelection.EmptySelectionException empty) {
            return new SubmissionResult.Refused<>(List.of(empty.problem()));
        }
    }

    /**
     * Locks the certificates until the transaction ends, in the order of their ids.
     *
     * @param locked those that are locked; the others are added
     * @return whether there were others
     */
    private static boolean lock(
            Handle tx, Certificate named, List<IssuedCertificate> selected, Set<CertificateId> locked) {
        List<CertificateId> others = Stream.concat(
                        Stream.of(named.id()), selected.stream().map(IssuedCertificate::certificateId))
                .distinct()
                .filter(id -> !locked.contains(id))
                .sorted(Comparator.comparing(CertificateId::toString))
                .toList();
        Certificates certificates = new Certificates(tx);
        others.forEach(certificates::lock);
        locked.addAll(others);
        return !others.isEmpty();
    }

    /**
     * A compromised key may belong to certificates of several owners, and a certificate may have been at another issuer: the
     * right to each is required.
     */
    private static Stream<Resource> resources(Handle tx, List<IssuedCertificate> selected) {
        return selected.stream()
                .map(issued -> resource(certificate(tx, issued), issued))
                .distinct();
    }

    /** @param authorized is not decided again; what is allowed is added */
    private List<Problem> denials(
            Handle tx, Caller caller, Optional<String> subject, Stream<Resource> resources, Set<Resource> authorized) {
        return resources
                .filter(authorized::add)
                .flatMap(resource -> access.denial(tx, caller, Action.CERTIFICATE_REVOKE, resource, subject).stream())
                .toList();
    }

    private RevocationAnswer.Planned plan(
            Handle tx, Submission<RevocationRequested> submission, IssuedCertificate issued, Instant now) {
        Certificate certificate =
                new Certificates(tx).lock(issued.certificateId()).orElseThrow();
        RevocationAnswer.Planned planned = planned(certificate, issued, submission.body(), now);
        RevocationTable table = new RevocationTable(tx);
        Optional<Revocation> before = table.find(issued.fingerprint());
        if (before.isEmpty() || overrules(planned, before.get())) {
            table.put(new Revocation(
                    issued.fingerprint(),
                    certificate.id(),
                    issued.orderId(),
                    planned.reason(),
                    submission.body().comment(),
                    submission.id(),
                    planned.retired(),
                    planned.replacedFirst() ? RevocationProgress.REPLACING : RevocationProgress.DUE,
                    Optional.of(now),
                    planned.replacedFirst() ? planned.revokeBy() : Optional.empty(),
                    0,
                    Optional.empty(),
                    submission.caller().initiator(),
                    submission.traceparent(),
                    now,
                    now));
            if (planned.reason() == RevocationReason.KEY_COMPROMISE) {
                // It is renewed until it has another key, whether or not the order that replaces it succeeds.
                new ScheduledTasks(tx).postpone(certificate.id(), ScheduledTask.RENEW, now, now);
            }
            if (planned.retired()) {
                retirements.retire(
                        tx,
                        certificate,
                        "it is revoked: " + planned.reason().wireName(),
                        submission.caller().initiator());
            }
        }
        announce(tx, submission, planned, now);
        return planned;
    }

    /**
     * A failed revocation is repeated. A compromised key, or a revocation that does not wait, overrules an earlier
     * request.
     */
    private static boolean overrules(RevocationAnswer.Planned planned, Revocation before) {
        return before.state() == RevocationProgress.FAILED
                || (planned.reason() == RevocationReason.KEY_COMPROMISE
                        && before.reason() != RevocationReason.KEY_COMPROMISE)
                || (before.state() == RevocationProgress.REPLACING && !planned.replacedFirst());
    }

    private RevocationAnswer.Planned planned(
            Certificate certificate, IssuedCertificate issued, RevocationRequested request, Instant now) {
        boolean inUse = certificate
                .issued()
                .filter(it -> it.fingerprint().equals(issued.fingerprint()))
                .isPresent();
        // Nothing renews a retired certificate: a replacement would end the retirement.
        Optional<Boolean> replace = certificate.retired().isPresent() ? Optional.of(false) : request.replace();
        RevocationPlan plan = rules.plan(request.reason(), replace, inUse);
        return new RevocationAnswer.Planned(
                certificate.id(),
                issued.orderId(),
                certificate.name(),
                certificate.owner(),
                issued.fingerprint(),
                issued.serial(),
                request.reason(),
                plan.replacedFirst(),
                plan.replacedFirst() ? plan.maxWait().map(now::plus) : Optional.of(now),
                plan.retired());
    }

    private static Certificate certificate(Handle tx, IssuedCertificate issued) {
        return new Certificates(tx).find(issued.certificateId()).orElseThrow();
    }

    private void announce(
            Handle tx, Submission<RevocationRequested> submission, RevocationAnswer.Planned planned, Instant now) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("requestId", submission.id());
        detail.put("source", submission.source());
        detail.put("serial", planned.serial());
        detail.put("fingerprint", planned.fingerprint());
        detail.put("reason", planned.reason());
        submission.body().comment().ifPresent(comment -> detail.put("comment", comment));
        submission.approval().ifPresent(given -> {
            detail.put("approval", given.id());
            detail.put("approvedBy", given.by().id());
        });
        detail.put("replacedFirst", planned.replacedFirst());
        planned.revokeBy().ifPresent(at -> detail.put("revokeBy", at));
        new Timeline(tx)
                .add(
                        planned.certificateId(),
                        new Timeline.Entry(
                                now,
                                planned.orderId(),
                                "revocation.requested",
                                detail,
                                submission.caller().initiator(),
                                Spans.traceId()));
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
                        submission.caller().initiator(),
                        submission.traceparent());
    }
}
