package dev.perennial.orders.revocation;

import java.time.Duration;
import java.util.Optional;

/**
 * How a certificate is revoked.
 *
 * @param replacedFirst a new one is served before
 * @param patience how long it waits for that at most; empty for as long as it takes
 * @param retired it is not kept alive any more
 */
record RevocationPlan(boolean replacedFirst, Optional<Duration> patience, boolean retired) {}
