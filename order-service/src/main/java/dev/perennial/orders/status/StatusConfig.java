package dev.perennial.orders.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How the status of certificates is watched. */
@ConfigMapping(prefix = "perennial.status")
interface StatusConfig {
    /** The interval between checks of a certificate; a check may be up to a quarter earlier, which spreads the load. */
    @WithDefault("6h")
    Duration every();

    /** The interval after a check without an answer. */
    @WithDefault("1h")
    Duration retry();

    /** The age at which a CRL is fetched again; a CRL is never used after its nextUpdate. */
    @WithDefault("1h")
    Duration listAge();

    /** How long one answer may take as a whole. */
    @WithDefault("20s")
    Duration limit();

    /** The largest list that is read, in bytes. */
    @WithDefault("16777216")
    int maxListBytes();

    /** The maximum number of concurrent checks. */
    @WithDefault("8")
    int inFlight();

    /** The interval between searches for certificates that are due. */
    @WithDefault("5s")
    Duration poll();

    /** Networks (CIDR) that are not public and may be contacted, for example for the CRLs of a private CA. */
    Optional<List<String>> allowedNetworks();
}
