package dev.perennial.orders.renewal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How certificates are renewed. */
@ConfigMapping(prefix = "perennial.renewal")
public interface RenewalConfig {
    /** The interval between searches for certificates that are due. */
    @WithDefault("2s")
    Duration poll();

    /** The maximum number of certificates in one search. */
    @WithDefault("50")
    int batch();

    /** Renewals that may stand ready to be placed; the others that are due wait, the soonest to expire the shortest. */
    @WithDefault("300")
    int ready();

    /** The longest interval between two requests to a CA for one certificate, even if the CA demands a longer one. */
    @WithDefault("1d")
    Duration longestPoll();

    /** The maximum number of concurrent requests for renewal information. */
    @WithDefault("16")
    int questions();
}
