package dev.perennial.validation.http01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The self-check of http-01. */
@ConfigMapping(prefix = "perennial.http01")
public interface Http01Config {
    /** Public port of the responder; other values than 80 are for test CAs. */
    @WithDefault("80")
    int port();

    /** Time limit of the self-check, with all its retries. */
    @WithDefault("3s")
    Duration selfCheckTimeout();

    /** Limit of one request. */
    @WithDefault("3s")
    Duration requestTimeout();
}
