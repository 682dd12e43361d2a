package dev.perennial.testbed;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Is called for every part that has started. */
@FunctionalInterface
public interface Progress {
    void up(Part part, Duration took);

    static Progress silent() {
        return (part, took) -> {};
    }

    /** Prints one line per part. */
    static Progress lines(PrintStream out) {
        return (part, took) -> out.println(String.format(
                Locale.ROOT, "  %-22s %5.1f s   %s", part.name(), took.toMillis() / 1000.0, part.address()));
    }
}
