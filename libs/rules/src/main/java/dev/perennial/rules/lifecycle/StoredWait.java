package dev.perennial.rules.lifecycle;

import java.time.Duration;
import java.time.Instant;

/** Limits stored times. A host whose clock was ahead may have stored times that are too late. */
public final class StoredWait {
    private StoredWait() {}

    /** The stored end of a wait that lasts at most {@code longest}. */
    public static Instant end(Instant stored, Duration longest, Instant now) {
        return past(stored, now.plus(longest));
    }

    /** The stored time of an event in the past. */
    public static Instant past(Instant stored, Instant now) {
        return stored.isAfter(now) ? now : stored;
    }
}
