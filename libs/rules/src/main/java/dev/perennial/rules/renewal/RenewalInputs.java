package dev.perennial.rules.renewal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The facts on which the renewal time of a certificate depends.
 *
 * @param spread from 0 to below 1, evenly spread over all certificates and always the same for one: its place in every window
 * @param revokedAt when it was found to be revoked
 * @param keyCompromisedAt when its key was reported to be in other hands
 * @param suggested the suggestion of the CA; absent if it makes none or has been unavailable
 * @param renewBefore how long before its expiry it is renewed at the latest, by configuration
 * @param changes when its hosts may be changed
 */
public record RenewalInputs(
        Instant notBefore,
        Instant notAfter,
        double spread,
        Optional<Instant> revokedAt,
        Optional<Instant> keyCompromisedAt,
        Optional<SuggestedWindow> suggested,
        Optional<Duration> renewBefore,
        ChangeWindows changes) {
    /** A certificate without further facts. */
    public static RenewalInputs of(Instant notBefore, Instant notAfter, double spread) {
        return new RenewalInputs(
                notBefore,
                notAfter,
                spread,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ChangeWindows.ALWAYS);
    }

    Duration life() {
        return Duration.between(notBefore, notAfter);
    }
}
