package dev.perennial.agent.check;

import java.util.List;

/** The result of the check of a bundle. */
public sealed interface BundleCheckResult {
    /**
     * Key, leaf, chain, names and dates belong together.
     *
     * @param serverName the SNI value of the handshake
     */
    record Sound(String serverName) implements BundleCheckResult {}

    /** Every reason for the rejection; none holds key material. */
    record Unsound(List<String> reasons) implements BundleCheckResult {
        public Unsound {
            reasons = List.copyOf(reasons);
        }
    }
}
