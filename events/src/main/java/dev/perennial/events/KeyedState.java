package dev.perennial.events;

/** The current state of one thing on a compacted topic. A newer record under the same key replaces it. */
public sealed interface KeyedState extends Event permits ChallengePresented, IssuerConfigured {}
