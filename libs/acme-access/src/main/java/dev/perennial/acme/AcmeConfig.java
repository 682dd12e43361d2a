package dev.perennial.acme;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;

/** Access to CAs. */
@ConfigMapping(prefix = "perennial.acme")
interface AcmeConfig {
    /**
     * Networks (CIDR) that are not public and in which CAs may be contacted. Set it for an internal CA, in the
     * order-service, the validation-service and the issuance-service.
     */
    Optional<List<String>> allowedNetworks();
}
