package dev.perennial.orders.http;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The REST API. */
@ConfigMapping(prefix = "perennial.rest")
public interface RestConfig {
    /** The file with the bearer token, accessible to its owner only. Required. */
    Path tokenFile();
}
