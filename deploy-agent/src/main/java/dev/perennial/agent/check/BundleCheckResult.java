package dev.perennial.agent.check;

import java.util.List;

/** What the check of a bundle found. */
public sealed interface BundleCheckResult {
    /**
     * Everything belongs together.
     *
     * @param serverName the name to ask for in the handshake
     */
    record Sound(String serverName) implements BundleCheckResult {}

    /** Every reason why not; none holds key material. */
    record Unsound(List<String> reasons) implements BundleCheckResult {
        public Unsound {
            reasons = List.copyOf(reasons);
        }
    }
}
