package dev.perennial.orders.revocation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long a revocation waits for what. */
@ConfigMapping(prefix = "perennial.revocation")
interface RevocationConfig {
    /** How long a compromised key may wait until its replacement is served; then it is revoked all the same. */
    @WithDefault("15m")
    Duration keyCompromiseLimit();

    /** How long the issuance-service may take before it is told again. Longer than its own patience. */
    @WithDefault("30m")
    Duration answerLimit();

    /** How often the table is looked at where nobody says that something is due. */
    @WithDefault("5s")
    Duration poll();
}
