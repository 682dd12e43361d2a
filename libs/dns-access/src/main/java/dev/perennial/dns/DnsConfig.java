package dev.perennial.dns;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Name resolution. */
@ConfigMapping(prefix = "perennial.dns")
@FunctionalInterface
public interface DnsConfig {
    /** Address and port of a recursive resolver, for example {@code 192.0.2.53:53}; the system's resolver if absent. */
    Optional<String> resolver();
}
