package dev.perennial.validation.selfcheck;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/** The self-checks of all challenge types. */
@ConfigMapping(prefix = "perennial.self-check")
public interface SelfCheckConfig {
    /**
     * {@code host:port} to connect to if no server answers for a name. If this fails as well, the network of the service
     * has failed, which counts for no name. Default: the host of the order's CA.
     */
    Optional<String> controlTarget();

    /** Limit of one connection to the control target. */
    @WithDefault("3s")
    Duration controlTimeout();

    /**
     * Attempts of an order that may end with a failed self-check; in later ones the CA validates nevertheless. With 0, it
     * does in every attempt.
     */
    @WithDefault("2")
    int maxFailedAttempts();
}
