package dev.perennial.orders.http;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;

/** The REST API. */
@ConfigMapping(prefix = "perennial.rest")
public interface RestConfig {
    /**
     * The file with the token that creates the first service tokens, accessible to its owner only. Required. It has no
     * other right, and none while an admin has a token.
     */
    Path bootstrapTokenFile();
}
