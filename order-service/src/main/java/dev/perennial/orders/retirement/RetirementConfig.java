package dev.perennial.orders.retirement;

import dev.perennial.rules.retirement.DropNames;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** Automatic retirement. */
@ConfigMapping(prefix = "perennial.retirement")
public interface RetirementConfig {
    /** Retire a certificate when none of its hosts has an entry for it in the host file any more. */
    @WithDefault("true")
    boolean whenNotServed();

    /**
     * When a name in quarantine is dropped from a certificate whose renewal it blocks: {@code never}, {@code
     * in-emergency} (when the current certificate expires soon, or was revoked) or {@code at-once}.
     */
    @WithDefault("in-emergency")
    DropNames dropNames();
}
