package dev.perennial.validation.dns01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How authoritative servers are asked. */
@ConfigMapping(prefix = "perennial.dns01")
public interface Dns01Config {
    /** Where authoritative servers answer; 53 unless they are those of a test. */
    @WithDefault("53")
    int authoritativePort();

    /** Limit of one question over UDP, and of one over TCP. */
    @WithDefault("3s")
    Duration queryTimeout();
}
