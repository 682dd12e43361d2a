package dev.perennial.agent.check;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/** The result of the check of a bundle. */
public sealed interface BundleCheckResult {
    /**
     * Key, leaf, chain, names and dates belong together.
     *
     * @param chain leaf first; the leaf has at least one name
     * @param validFrom the latest {@code notBefore} of the chain; may be in the future
     */
    record Consistent(List<X509Certificate> chain, Instant validFrom) implements BundleCheckResult {
        public Consistent {
            chain = List.copyOf(chain);
        }
    }

    /** All reasons for the rejection, without key material. */
    record Inconsistent(List<String> reasons) implements BundleCheckResult {
        public Inconsistent {
            reasons = List.copyOf(reasons);
        }
    }
}
