package dev.perennial.orders.http;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The HTTP door. */
@ConfigMapping(prefix = "perennial.rest")
public interface RestConfig {
    /** File that holds the bearer token; readable by its owner only. There is no default: without it, no start. */
    Path tokenFile();
}
