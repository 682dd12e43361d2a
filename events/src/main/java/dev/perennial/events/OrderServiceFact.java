package dev.perennial.events;

/** A fact that the order-service writes, on topic certificate.orders. */
public sealed interface OrderServiceFact extends Fact
        permits ApprovalFact,
                CertificateAccepted,
                CertificateNamesFailing,
                CertificateRefused,
                CertificateRetired,
                CertificateTransferred,
                IssuanceFollowUp,
                OrderPlaced,
                RenewalStarted,
                RevocationAccepted,
                RevocationOrdered {}
