package dev.perennial.orders.hosts;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithParentName;

/** Signatures of the reports of hosts. */
@ConfigMapping(prefix = "perennial.host-signatures")
public interface HostSignaturesConfig {
    /**
     * required: a report without the valid signature of its host has no effect; report: it is counted and logged, and has its
     * effect; ignored: signatures are not read.
     */
    @WithParentName
    @WithDefault("required")
    Mode mode();

    /** How signatures are used. */
    enum Mode {
        IGNORED,
        REPORT,
        REQUIRED
    }
}
