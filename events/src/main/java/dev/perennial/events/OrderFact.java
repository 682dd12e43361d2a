package dev.perennial.events;

/**
 * A fact about one attempt of one order. Its record key is the certificate id, so the facts of a certificate stay in
 * order.
 */
public sealed interface OrderFact extends Fact
        permits CertificateAccepted,
                CertificateDeployed,
                CertificateIssued,
                CertificateNamesFailing,
                CertificateRehearsed,
                CertificateRetired,
                CertificateRevoked,
                CertificateTransferred,
                DeploymentFailed,
                DeploymentOverdue,
                DeploymentRolledBack,
                IssuanceFailed,
                OrderAuthorized,
                OrderFailed,
                OrderPlaced,
                OrderRehearsed,
                OrderRejected,
                RenewalStarted,
                RevocationAccepted,
                RevocationFailed,
                RevocationOrdered {
    CertificateId certificateId();

    OrderId orderId();
}
