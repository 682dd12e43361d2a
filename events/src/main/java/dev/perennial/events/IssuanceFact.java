package dev.perennial.events;

/** A fact that the issuance-service writes, on topic certificate.issuances. */
public sealed interface IssuanceFact extends Fact
        permits CertificateIssued, CertificateRevoked, IssuanceFailed, RevocationFailed {}
