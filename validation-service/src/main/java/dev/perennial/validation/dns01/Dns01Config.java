package dev.perennial.validation.dns01;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Queries to authoritative servers for dns-01. */
@ConfigMapping(prefix = "perennial.dns01")
public interface Dns01Config {
    /** Port of the authoritative servers; other values than 53 are for tests. */
    @WithDefault("53")
    int authoritativePort();

    /** Limit of one query over UDP, and of one over TCP. */
    @WithDefault("3s")
    Duration queryTimeout();
}
