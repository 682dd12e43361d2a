package dev.perennial.rules.retention;

import java.time.Instant;

/**
 * The facts about an order that determine how long it is kept.
 *
 * @param latest whether it is the latest order of its certificate
 * @param inFlight whether it is still in progress
 * @param unresolved whether a CA may still issue a certificate for one of its ACME orders (ADR 10)
 * @param awaited whether a replacement waits for its result
 * @param endedAt its last change
 */
public record EndedOrder(boolean latest, boolean inFlight, boolean unresolved, boolean awaited, Instant endedAt) {}
