package dev.perennial.rules.renewal;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The facts on which the renewal time of a certificate depends.
 *
 * @param jitter from 0 to below 1: the position of the certificate in every window; evenly distributed over all
 *     certificates, and constant for one
 * @param revokedAt when the revocation was detected
 * @param keyCompromisedAt when its key was reported as compromised
 * @param suggested the suggestion of the CA; absent if the CA makes none or has been unavailable
 * @param renewBefore the configured latest renewal before expiry
 * @param changes when its hosts may be changed
 */
public record RenewalInputs(
        Instant notBefore,
        Instant notAfter,
        double jitter,
        Optional<Instant> revokedAt,
        Optional<Instant> keyCompromisedAt,
        Optional<SuggestedWindow> suggested,
        Optional<Duration> renewBefore,
        ChangeWindows changes) {
    /** The inputs of a certificate without further facts. */
    public static RenewalInputs of(Instant notBefore, Instant notAfter, double jitter) {
        return new RenewalInputs(
                notBefore,
                notAfter,
                jitter,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ChangeWindows.ALWAYS);
    }

    Duration lifetime() {
        return Duration.between(notBefore, notAfter);
    }
}
