package dev.perennial.orders.status;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Checks of the revocation status by CRL and OCSP. */
@ConfigMapping(prefix = "perennial.status")
interface StatusConfig {
    /** The interval between checks of a certificate; a check may be up to a quarter earlier, which spreads the load. */
    @WithDefault("6h")
    Duration checkInterval();

    /** The interval after a check without an answer. */
    @WithDefault("1h")
    Duration retryInterval();

    /** The age at which a CRL is fetched again; a CRL is never used after its nextUpdate. */
    @WithDefault("1h")
    Duration maxListAge();

    /** Time limit of one request. */
    @WithDefault("20s")
    Duration requestTimeout();

    /**
     * Maximum memory of all CRLs together, in bytes. One entry takes 16 bytes, so the default holds about 1,000,000
     * entries.
     */
    @WithDefault("16777216")
    int maxCacheBytes();

    /** Largest CRL that is read, in bytes. */
    @WithDefault("16777216")
    int maxListBytes();

    /** The maximum number of concurrent checks. */
    @WithDefault("8")
    int maxConcurrent();

    /** The interval between searches for certificates that are due. */
    @WithDefault("5s")
    Duration pollInterval();

    /** Networks (CIDR) that are not public and may be contacted, for example for the CRLs of a private CA. */
    Optional<List<String>> allowedNetworks();
}
