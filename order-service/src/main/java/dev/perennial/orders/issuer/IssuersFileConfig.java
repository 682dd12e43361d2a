package dev.perennial.orders.issuer;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** The issuers that a file manages. */
@ConfigMapping(prefix = "perennial.issuers")
interface IssuersFileConfig {
    /** YAML file that is applied at every start; its issuers cannot be changed over REST. Default: no file. */
    Optional<Path> file();
}
