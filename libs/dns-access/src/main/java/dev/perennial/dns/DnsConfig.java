package dev.perennial.dns;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/** Where names are looked up. */
@ConfigMapping(prefix = "perennial.dns")
@FunctionalInterface
public interface DnsConfig {
    /** Address and port of a resolver, {@code 192.0.2.53:53}; the system's resolver where absent. */
    Optional<String> resolver();
}
