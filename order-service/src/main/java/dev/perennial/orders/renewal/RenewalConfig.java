package dev.perennial.orders.renewal;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How certificates are renewed. */
@ConfigMapping(prefix = "perennial.renewal")
public interface RenewalConfig {
    /** How often certificates are looked for whose time has come. */
    @WithDefault("2s")
    Duration poll();

    /** Certificates that one look takes. */
    @WithDefault("50")
    int batch();

    /** Renewals that may stand ready to be placed; the others that are due wait, the soonest to expire the shortest. */
    @WithDefault("300")
    int ready();

    /** The longest pause between two questions to a CA about one certificate, even where the CA asks for a longer one. */
    @WithDefault("1d")
    Duration longestPoll();

    /** Certificates about which CAs are being asked at once. */
    @WithDefault("16")
    int questions();
}
