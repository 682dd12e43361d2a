package dev.perennial.platform.telemetry;

import java.util.Locale;

/** Label values of metrics: lower case with hyphens. */
public final class MetricLabels {
    private MetricLabels() {}

    /** {@code NOT_OFFERED} as {@code not-offered}. */
    public static String value(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
