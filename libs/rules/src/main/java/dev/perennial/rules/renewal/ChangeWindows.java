package dev.perennial.rules.renewal;

import java.time.Instant;

/** The times at which served certificates may be changed. */
@FunctionalInterface
public interface ChangeWindows {
    /** Changes may be made at any time. */
    ChangeWindows ALWAYS = from -> from;

    /**
     * The earliest time, {@code from} or later, at which changes may be made; {@link Instant#MAX} if there is none.
     */
    Instant firstOpen(Instant from);
}
