package dev.perennial.validation.http01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How http-01 is seen from the outside. */
@ConfigMapping(prefix = "perennial.http01")
public interface Http01Config {
    /** The port on which the world, and so the CA, reaches the responder; 80 unless the CA is a test CA. */
    @WithDefault("80")
    int port();

    /** How long our own look is repeated before the identifier is called unprovable. */
    @WithDefault("3s")
    Duration selfCheckLimit();

    /** Limit of one look. */
    @WithDefault("3s")
    Duration requestTimeout();
}
