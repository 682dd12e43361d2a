package dev.perennial.orders.hosts;

import dev.perennial.signatures.SignatureMode;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;

/** Signatures of the reports of hosts. */
@ConfigMapping(prefix = "perennial.host-signatures")
public interface HostSignaturesConfig {
    /**
     * required: a report without the valid signature of its host has no effect; warn: it has its effect, and is counted and
     * logged; ignored: signatures are not read.
     */
    @WithParentName
    @WithDefault("required")
    SignatureMode mode();
}
