package dev.perennial.signatures;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;

/** Signatures of the events of the other services. */
@ConfigMapping(prefix = "perennial.signatures")
public interface SignaturesConfig {
    /**
     * required: an event or an order without the valid signature of its service has no effect; warn: it has its effect, and is
     * counted and logged; ignored: signatures are not read.
     */
    @WithParentName
    @WithDefault("required")
    SignatureMode mode();
}
