package dev.perennial.orders.revocation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Time limits of revocations. */
@ConfigMapping(prefix = "perennial.revocation")
interface RevocationConfig {
    /** How long a certificate with a compromised key waits for its replacement; then it is revoked without one. */
    @WithDefault("15m")
    Duration keyCompromiseTimeout();

    /** How long the issuance-service may take before the request is repeated; longer than its own retries. */
    @WithDefault("30m")
    Duration answerTimeout();

    /** The poll interval without a wake-up. */
    @WithDefault("5s")
    Duration pollInterval();
}
