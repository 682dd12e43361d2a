package dev.perennial.rules.renewal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What counts for the renewal of a certificate.
 *
 * @param spread from 0 to below 1, evenly spread over all certificates and always the same for one: its place in every window
 * @param revokedAt when it was found to be revoked
 * @param keyCompromisedAt when its key was reported to be in other hands
 * @param suggested what the CA says; absent where it says nothing, or could not be asked
 * @param renewBefore how long before it expires the operator wants it renewed at the latest
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
    /** A certificate about which nobody says anything but itself. */
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
