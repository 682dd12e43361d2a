package dev.perennial.agent.check;

import java.time.Instant;
import java.util.List;

/** The result of the check of a bundle. */
public sealed interface BundleCheckResult {
    /**
     * Key, leaf, chain, names and dates belong together.
     *
     * @param serverName the SNI value of the handshake
     * @param validFrom the latest {@code notBefore} of the chain; may be in the future
     */
    record Consistent(String serverName, Instant validFrom) implements BundleCheckResult {}

    /** All reasons for the rejection, without key material. */
    record Inconsistent(List<String> reasons) implements BundleCheckResult {
        public Inconsistent {
            reasons = List.copyOf(reasons);
        }
    }
}
