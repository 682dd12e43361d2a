package dev.perennial.events;

/** What a CloudEvent of ours carries as data. Requests are the only wishes; everything else is a {@link Fact}. */
public sealed interface Event permits CertificateRequested, Fact, RenewalRequested, RevocationRequested {}
