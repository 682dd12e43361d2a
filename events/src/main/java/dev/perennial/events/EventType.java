package dev.perennial.events;

import java.util.Arrays;
import java.util.Optional;

/** The wire type of each event: a stable lower-case string, never a class name. */
public enum EventType {
    CERTIFICATE_REQUESTED("certificate.requested", Topic.REQUESTS, CertificateRequested.class),
    CERTIFICATE_ACCEPTED("certificate.accepted", Topic.ORDERS, CertificateAccepted.class),
    CERTIFICATE_REFUSED("certificate.refused", Topic.ORDERS, CertificateRefused.class),
    ORDER_PLACED("order.placed", Topic.ORDERS, OrderPlaced.class),
    ORDER_FAILED("order.failed", Topic.ORDERS, OrderFailed.class),
    ORDER_REHEARSED("order.rehearsed", Topic.ORDERS, OrderRehearsed.class),
    DEPLOYMENT_OVERDUE("deployment.overdue", Topic.ORDERS, DeploymentOverdue.class),
    ORDER_AUTHORIZED("order.authorized", Topic.VALIDATIONS, OrderAuthorized.class),
    ORDER_REJECTED("order.rejected", Topic.VALIDATIONS, OrderRejected.class),
    CERTIFICATE_ISSUED("certificate.issued", Topic.ISSUANCES, CertificateIssued.class),
    ISSUANCE_FAILED("issuance.failed", Topic.ISSUANCES, IssuanceFailed.class),
    CERTIFICATE_DEPLOYED("certificate.deployed", Topic.DEPLOYMENTS, CertificateDeployed.class),
    CERTIFICATE_REHEARSED("certificate.rehearsed", Topic.DEPLOYMENTS, CertificateRehearsed.class),
    DEPLOYMENT_FAILED("deployment.failed", Topic.DEPLOYMENTS, DeploymentFailed.class),
    DEPLOYMENT_ROLLED_BACK("deployment.rolled-back", Topic.DEPLOYMENTS, DeploymentRolledBack.class),
    CHALLENGE_PRESENTED("challenge.presented", Topic.CHALLENGES, ChallengePresented.class),
    ISSUER_CONFIGURED("issuer.configured", Topic.ISSUERS, IssuerConfigured.class),
    REVOCATION_REQUESTED("revocation.requested", Topic.REQUESTS, RevocationRequested.class),
    REVOCATION_ACCEPTED("revocation.accepted", Topic.ORDERS, RevocationAccepted.class),
    REVOCATION_ORDERED("revocation.ordered", Topic.ORDERS, RevocationOrdered.class),
    CERTIFICATE_REVOKED("certificate.revoked", Topic.ISSUANCES, CertificateRevoked.class),
    REVOCATION_FAILED("revocation.failed", Topic.ISSUANCES, RevocationFailed.class),
    CERTIFICATE_RETIRED("certificate.retired", Topic.ORDERS, CertificateRetired.class),
    CERTIFICATE_NAMES_FAILING("certificate.names-failing", Topic.ORDERS, CertificateNamesFailing.class),
    RENEWAL_REQUESTED("renewal.requested", Topic.REQUESTS, RenewalRequested.class),
    RENEWAL_STARTED("renewal.started", Topic.ORDERS, RenewalStarted.class),
    APPROVAL_REQUESTED("approval.requested", Topic.ORDERS, ApprovalRequested.class),
    APPROVAL_DECIDED("approval.decided", Topic.ORDERS, ApprovalDecided.class),
    CERTIFICATE_TRANSFERRED("certificate.transferred", Topic.ORDERS, CertificateTransferred.class);

    private final String wireName;
    private final Topic topic;
    private final Class<? extends Event> dataClass;

    EventType(String wireName, Topic topic, Class<? extends Event> dataClass) {
        this.wireName = wireName;
        this.topic = topic;
        this.dataClass = dataClass;
    }

    public String wireName() {
        return wireName;
    }

    public Topic topic() {
        return topic;
    }

    public Class<? extends Event> dataClass() {
        return dataClass;
    }

    public static Optional<EventType> fromWire(String wireName) {
        return Arrays.stream(values()).filter(t -> t.wireName.equals(wireName)).findFirst();
    }

    public static EventType of(Event data) {
        return of(data.getClass());
    }

    public static EventType of(Class<? extends Event> dataClass) {
        return Arrays.stream(values())
                .filter(t -> t.dataClass.equals(dataClass))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no wire type for " + dataClass));
    }
}
