package dev.perennial.testbed;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Told about every part that came up. */
@FunctionalInterface
public interface Progress {
    void up(Part part, Duration took);

    static Progress silent() {
        return (part, took) -> {};
    }

    /** One line a part. */
    static Progress lines(PrintStream out) {
        return (part, took) -> out.println(String.format(
                Locale.ROOT, "  %-22s %5.1f s   %s", part.name(), took.toMillis() / 1000.0, part.address()));
    }
}
