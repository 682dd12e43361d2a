package dev.perennial.orders.replacement;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Replacement of many certificates by a plan. */
@ConfigMapping(prefix = "perennial.replacement")
public interface ReplacementConfig {
    /** The maximum number of concurrent orders of a run, unless its plan specifies one. */
    @WithDefault("10")
    int maxConcurrent();

    /** Certificates in one plan. */
    @WithDefault("250000")
    int maxCertificates();

    /** Time for which a plan can be approved. */
    @WithDefault("1h")
    Duration approvalTimeout();

    /** The number of recent outcomes from which the failure rate of a run is computed. */
    @WithDefault("20")
    int failureSample();

    /** Percentage of failures in the sample that pauses the replacement; of the full sample size, even before it is reached. */
    @WithDefault("25")
    int maxFailurePercent();

    /** The poll interval for runs. */
    @WithDefault("500ms")
    Duration pollInterval();
}
