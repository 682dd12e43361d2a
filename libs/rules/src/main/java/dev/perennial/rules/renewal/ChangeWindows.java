package dev.perennial.rules.renewal;

import java.time.Instant;

/** When changes may be made to what is served. */
@FunctionalInterface
public interface ChangeWindows {
    /** Changes may be made at any time. */
    ChangeWindows ALWAYS = from -> from;

    /** The first moment, {@code from} or later, at which changes may be made; {@link Instant#MAX} where there is none. */
    Instant firstOpen(Instant from);
}
