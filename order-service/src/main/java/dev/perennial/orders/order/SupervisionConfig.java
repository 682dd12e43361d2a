package dev.perennial.orders.order;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How patient the supervisor is. */
@ConfigMapping(prefix = "perennial.supervision")
public interface SupervisionConfig {
    /** How long validation or issuance may be silent before the same ACME order is sent out again. */
    @WithDefault("5m")
    Duration stepLimit();

    /** Pauses before a new ACME order after one that came to nothing, the last repeats; 1m, 10m, 100m, 1d where absent. */
    Optional<List<Duration>> attemptPauses();

    /** The same after a proof that was not seen; 10s, 1m, 10m, 100m, 1d where absent. */
    Optional<List<Duration>> proofPauses();

    /** Pauses before hosts that do not serve a certificate are told again; 10m, 1h, 6h, 1d where absent. */
    Optional<List<Duration>> deploymentPauses();

    /** Pauses before a CA that could not be asked is asked again; from 1s to 5m where absent. */
    Optional<List<Duration>> postponementPauses();
}
