package dev.perennial.testbed;

import java.util.Locale;
import java.util.Optional;

/** The way in which OpenBao and Pebble run. */
public enum Backing {
    /** As processes on this machine. */
    PROCESS,
    /** In containers, with images that the testbed builds from the same binaries. */
    CONTAINER;

    /** From the environment variable {@code PERENNIAL_BACKING}; processes if it is not set. */
    public static Backing configured() {
        String value = Optional.ofNullable(System.getenv("PERENNIAL_BACKING")).orElse("process");
        try {
            return valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new PartFailedException(
                    "testbed", "PERENNIAL_BACKING is '" + value + "'; specify process or container");
        }
    }
}
