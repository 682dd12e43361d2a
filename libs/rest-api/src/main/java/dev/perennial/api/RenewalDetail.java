package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;

/**
 * The next renewal of a certificate.
 *
 * @param at in the past if the renewal is due
 * @param deadline the latest time to which the change window can move the renewal
 * @param window the name of the change window
 * @param suggested the window that the CA suggests (RFC 9773)
 */
public record RenewalDetail(
        Instant at, Cause cause, Instant deadline, Optional<String> window, Optional<RenewalSuggestion> suggested) {
    public RenewalDetail {
        window = Absent.asEmpty(window);
        suggested = Absent.asEmpty(suggested);
    }
}
