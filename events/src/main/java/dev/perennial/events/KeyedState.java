package dev.perennial.events;

/** The current state of an entity on a compacted topic. A newer record with the same key replaces it. */
public sealed interface KeyedState extends Event permits ChallengePresented, IssuerConfigured {}
