package dev.perennial.orders.requests;

import dev.perennial.acme.Issuers;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.access.Resource;
import dev.perennial.rules.approvals.ApprovalNeed;
import dev.perennial.rules.requests.CertificateSpec;
import dev.perennial.rules.requests.ExistingOrderCheck;
import dev.perennial.rules.requests.Fallback;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.Policy;
import dev.perennial.rules.requests.PolicyDecision;
import dev.perennial.rules.requests.RequestRules;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The facts for the decision about a request, which is the same for a request and for its dry run. */
@Singleton
public class RequestPolicy {
    private final Policy installation;
    private final Issuers issuers;

    @Inject
    public RequestPolicy(Policy installation, Issuers issuers) {
        this.installation = installation;
        this.issuers = issuers;
    }

    /** @param hosts the registered hosts that the request names */
    PolicyDecision check(OwnerPolicies owners, Set<String> hosts, CertificateRequested request) {
        Map<String, IssuerSettings> known = new HashMap<>();
        issuers.names().forEach(name -> issuers.find(name).ifPresent(settings -> known.put(name, settings)));
        return RequestRules.check(installation, known, owners, hosts, request);
    }

    /** @return empty if a name is not valid: it belongs to no resource */
    Optional<Resource> resource(CertificateRequested request) {
        String issuer = request.issuer().orElse(installation.defaultIssuer());
        return Stream.of(request.owner(), request.name(), issuer).allMatch(ResourceName::isValid)
                ? Optional.of(Resource.certificate(request.owner(), request.name(), issuer))
                : Optional.empty();
    }

    List<Fallback> fallbacks(OwnerPolicies owners, String owner, CertificateSpec spec) {
        return Fallback.of(spec, issuers::find).stream()
                .map(fallback -> fallback.within(owners, owner))
                .toList();
    }

    /** The approval that an order for the request needs: the spec of the latest order needs none. */
    static Optional<ApprovalNeed> approval(
            OwnerPolicies owners,
            PolicyDecision.Acceptable request,
            Certificate certificate,
            Optional<StoredOrder> latest) {
        boolean ordered = latest.isPresent() && request.spec().equals(certificate.spec());
        return ordered ? Optional.empty() : owners.approvals(request.owner()).requests();
    }

    static ExistingOrderCheck existing(
            PolicyDecision.Acceptable request, Certificate certificate, Optional<StoredOrder> latest, Instant now) {
        return ExistingOrderCheck.of(
                request.spec(),
                request.rehearse(),
                certificate.spec(),
                latest.map(StoredOrder::snapshot),
                certificate.issued().map(it -> new ExistingOrderCheck.Validity(it.notBefore(), it.notAfter())),
                now);
    }
}
