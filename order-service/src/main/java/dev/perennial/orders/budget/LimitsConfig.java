package dev.perennial.orders.budget;

import io.smallrye.config.ConfigMapping;
import java.util.Map;
import java.util.Optional;

/** What the CAs allow. */
@ConfigMapping(prefix = "perennial")
public interface LimitsConfig {
    /** By the issuer's name. */
    Map<String, Issuer> issuers();

    /** Limits of one issuer. */
    interface Issuer {
        /** {@code lets-encrypt}, {@code none} or a name of {@link LimitPresetsConfig}; where absent, those of the directory's host, if it is a known one. */
        Optional<String> limits();
    }
}
