package dev.perennial.orders.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How the status of certificates is watched. */
@ConfigMapping(prefix = "perennial.status")
interface StatusConfig {
    /** How often a certificate is looked at; up to a quarter earlier, so that they come evenly. */
    @WithDefault("6h")
    Duration every();

    /** The same after a look at which nobody gave an answer. */
    @WithDefault("1h")
    Duration retry();

    /** How old a list may be before its CA is asked for a newer one; it is never believed beyond its own nextUpdate. */
    @WithDefault("1h")
    Duration listAge();

    /** How long one answer may take as a whole. */
    @WithDefault("20s")
    Duration limit();

    /** The largest list that is read, in bytes. */
    @WithDefault("16777216")
    int maxListBytes();

    /** How many certificates are looked at at once. */
    @WithDefault("8")
    int inFlight();

    /** How often is seen whether there is one to look at. */
    @WithDefault("5s")
    Duration poll();

    /** Networks (CIDR) that are not public and may be asked all the same: where a CA of your own has its lists. */
    Optional<List<String>> allowedNetworks();
}
