package dev.perennial.rules.revocation;

import java.time.Duration;
import java.util.Optional;

/**
 * The way in which a certificate is revoked.
 *
 * @param replacedFirst whether every target serves a new certificate before
 * @param maxWait the longest wait for that; empty if the wait has no limit
 * @param retired whether the certificate is no longer renewed
 */
public record RevocationPlan(boolean replacedFirst, Optional<Duration> maxWait, boolean retired) {}
