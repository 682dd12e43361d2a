package dev.perennial.events;

/** A request from a client. Every request is answered by a fact of the order-service. */
public sealed interface Request extends Event permits CertificateRequested, RenewalRequested, RevocationRequested {}
