package dev.perennial.validation.selfcheck;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The self-checks of all challenge types. */
@ConfigMapping(prefix = "perennial.self-check")
public interface SelfCheckConfig {
    /**
     * Host and port whose failure shows that this host's own resolver or network has failed, for example {@code
     * gateway.example.com:443}; the host of the order's CA if absent.
     */
    Optional<String> controlTarget();

    /** Limit of one connection to the control target. */
    @WithDefault("3s")
    Duration controlTimeout();

    /** Attempts of an order that a failed self-check ends; in later attempts the CA decides. */
    @WithDefault("2")
    int attempts();
}
