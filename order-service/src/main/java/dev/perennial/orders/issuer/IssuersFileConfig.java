package dev.perennial.orders.issuer;

import io.smallrye.config.ConfigMapping;
import java.nio.file.Path;
import java.util.Optional;

/** Where issuers are described. */
@ConfigMapping(prefix = "perennial")
interface IssuersFileConfig {
    /** A YAML file that is applied at every start; what it names is changed there and nowhere else. None where absent. */
    Optional<Path> issuersFile();
}
