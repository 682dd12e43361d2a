package dev.perennial.orders.approvals;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;

/** The second person of the installation. It is not part of the policy, so that no change of the policy avoids it. */
@ConfigMapping(prefix = "perennial.four-eyes")
public interface FourEyesConfig {
    /**
     * required: changes of issuers and of the policy over REST, and revocations of the certificates of owners that the grant
     * does not name, wait for the approval of another principal; so does a new service token that may decide about requests or
     * change the installation; a replacement is not approved by the one who planned it. off: one principal is enough.
     */
    @WithParentName
    @WithDefault("required")
    FourEyesMode mode();
}
