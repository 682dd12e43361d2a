package dev.perennial.events;

/** Something that happened. Past tense, written once by the service that made it happen, never taken back. */
public sealed interface Fact extends Event
        permits CertificateRefused, ChallengePresented, IssuerConfigured, OrderFact {}
