package dev.perennial.rules.renewal;

import java.time.Duration;
import java.time.Instant;

/** The renewal window that the CA suggests (RFC 9773 section 4.2). */
public record SuggestedWindow(Instant start, Instant end) {
    /** @throws IllegalArgumentException where it ends before it starts, or at the same moment (section 4.2) */
    public SuggestedWindow {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException("the suggested window ends at " + end + ", it starts at " + start);
        }
    }

    /** @param part of the window that has passed by then, from 0 to 1 */
    public Instant moment(double part) {
        return start.plus(Duration.ofMillis((long) (Duration.between(start, end).toMillis() * part)));
    }
}
