package dev.perennial.rules.revocation;

import java.time.Duration;
import java.util.Optional;

/**
 * How a certificate is revoked.
 *
 * @param replacedFirst whether a new certificate is served on every target before
 * @param maxWait the longest wait for that; empty if the wait has no limit
 * @param retired whether the certificate is no longer renewed
 */
public record RevocationPlan(boolean replacedFirst, Optional<Duration> maxWait, boolean retired) {}
