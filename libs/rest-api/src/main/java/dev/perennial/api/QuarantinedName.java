package dev.perennial.api;

import java.time.Instant;

/**
 * A name whose orders wait because it failed repeatedly.
 *
 * @param failures in a row
 */
public record QuarantinedName(
        String issuer, String name, int failures, Instant failedAt, Instant until, OrderProblem problem) {}
