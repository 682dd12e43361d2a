package dev.perennial.orders.requests;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.hosts.HostTable;
import dev.perennial.orders.policy.DailyOrders;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.access.AccessDecision;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.requests.ExistingOrderCheck;
import dev.perennial.rules.requests.Fallback;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.PolicyDecision;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Decides about a request as {@link CertificateRequests} does, without any change and without a record. */
@Singleton
public class RequestDryRun {
    private final RequestPolicy policy;

    @Inject
    public RequestDryRun(RequestPolicy policy) {
        this.policy = policy;
    }

    /**
     * The decision.
     *
     * @param access about the principal
     * @param problems every reason of a refusal, also of one by access
     * @param acceptable the request in canonical form, if policy accepts it
     * @param fallbacks the issuers that may take its orders while its own is unavailable
     * @param approval for which the request would wait
     */
    public record Result(
            AccessDecision access,
            List<Problem> problems,
            Optional<PolicyDecision.Acceptable> acceptable,
            List<Fallback> fallbacks,
            Optional<ApprovalNeed> approval) {
        public Result {
            problems = List.copyOf(problems);
            fallbacks = List.copyOf(fallbacks);
        }
    }

    public Result decide(
            Handle tx, Principal principal, OwnerPolicies owners, CertificateRequested request, Instant now) {
        PolicyDecision decision = policy.check(owners, new HostTable(tx).registered(request.targets()), request);
        AccessDecision access = access(tx, principal, request);
        List<Problem> problems = new ArrayList<>();
        if (access instanceof AccessDecision.Denied denied) {
            problems.add(Problem.of(ErrorCode.ACCESS_DENIED, denied.reason()));
        }
        return switch (decision) {
            case PolicyDecision.Unacceptable unacceptable -> {
                problems.addAll(unacceptable.problems());
                yield new Result(access, problems, Optional.empty(), List.of(), Optional.empty());
            }
            case PolicyDecision.Acceptable acceptable -> {
                overLimit(tx, owners, acceptable, now).ifPresent(problems::add);
                yield new Result(
                        access,
                        problems,
                        Optional.of(acceptable),
                        policy.fallbacks(owners, acceptable.owner(), acceptable.spec()),
                        approval(tx, owners, acceptable, now));
            }
        };
    }

    /** A move from another issuer requires the right at both. */
    private AccessDecision access(Handle tx, Principal principal, CertificateRequested request) {
        Optional<Resource> requested = policy.resource(request);
        AccessDecision decision =
                AccessRules.authorize(principal, Action.CERTIFICATE_REQUEST, requested.orElse(Resource.INSTALLATION));
        return requested
                .filter(it -> decision.isAllowed())
                .flatMap(it -> find(tx, request.owner(), request.name()))
                .map(it -> AccessRules.authorize(principal, Action.CERTIFICATE_REQUEST, it.resource()))
                .filter(it -> !it.isAllowed())
                .orElse(decision);
    }

    private static Optional<Problem> overLimit(
            Handle tx, OwnerPolicies owners, PolicyDecision.Acceptable request, Instant now) {
        return createsOrder(tx, request, now)
                ? new DailyOrders(tx, owners).problem(request.owner(), now)
                : Optional.empty();
    }

    private static Optional<ApprovalNeed> approval(
            Handle tx, OwnerPolicies owners, PolicyDecision.Acceptable request, Instant now) {
        if (!createsOrder(tx, request, now)) {
            return Optional.empty();
        }
        return find(tx, request.owner(), request.name())
                .map(certificate -> RequestPolicy.approval(owners, request, certificate, latest(tx, certificate)))
                .orElseGet(() -> owners.approvals(request.owner()).requests());
    }

    private static boolean createsOrder(Handle tx, PolicyDecision.Acceptable request, Instant now) {
        return find(tx, request.owner(), request.name())
                .map(certificate -> RequestPolicy.existing(request, certificate, latest(tx, certificate), now))
                .map(ExistingOrderCheck.ORDER::equals)
                .orElse(true);
    }

    private static Optional<StoredOrder> latest(Handle tx, Certificate certificate) {
        return certificate.latestOrder().flatMap(new Orders(tx)::find);
    }

    private static Optional<Certificate> find(Handle tx, String owner, String name) {
        Certificates certificates = new Certificates(tx);
        return certificates.idOf(owner, name).flatMap(certificates::find);
    }
}
