package dev.perennial.orders.retirement;

import dev.perennial.rules.retirement.DropNames;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/** What is ended by itself. */
@ConfigMapping(prefix = "perennial.retirement")
public interface RetirementConfig {
    /** Whether a certificate is not renewed any more once every host that was to serve it has no place for it in its own file. */
    @WithDefault("true")
    boolean whenNotServed();

    /**
     * When a name in quarantine is dropped from a certificate whose renewal it blocks: {@code never}, {@code in-emergency} (when what is
     * served expires soon, or was revoked) or {@code at-once}.
     */
    @WithDefault("in-emergency")
    DropNames dropNames();
}
