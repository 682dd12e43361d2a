package dev.perennial.testbed;

import java.util.Locale;
import java.util.Optional;

/** How OpenBao and Pebble are run. */
public enum Backing {
    /** As processes of this machine. */
    PROCESS,
    /** In containers, on images made here of the same binaries. */
    CONTAINER;

    /** From the environment variable {@code PERENNIAL_BACKING}; processes where it is not set. */
    public static Backing configured() {
        String value = Optional.ofNullable(System.getenv("PERENNIAL_BACKING")).orElse("process");
        try {
            return valueOf(value.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new PartFailedException("testbed", "PERENNIAL_BACKING is '" + value + "'; known: process, container");
        }
    }
}
