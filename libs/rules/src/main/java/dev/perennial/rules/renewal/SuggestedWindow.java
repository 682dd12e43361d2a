package dev.perennial.rules.renewal;

import java.time.Duration;
import java.time.Instant;

/** The renewal window that the CA suggests (RFC 9773 section 4.2). */
public record SuggestedWindow(Instant start, Instant end) {
    /** @throws IllegalArgumentException if the window does not end after it starts (section 4.2) */
    public SuggestedWindow {
        if (!start.isBefore(end)) {
            throw new IllegalArgumentException(
                    "the suggested window ends at " + end + ", which is not after its start at " + start);
        }
    }

    /** @param part of the window before that time, from 0 to 1 */
    public Instant moment(double part) {
        return start.plus(Duration.ofMillis((long) (Duration.between(start, end).toMillis() * part)));
    }
}
