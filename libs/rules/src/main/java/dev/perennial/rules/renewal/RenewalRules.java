package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Computes the renewal time of a certificate: each check yields a latest time, and the earliest of these counts. If
 * two are equal, the first in the list gives the cause. Change windows come last; they move renewals that can wait,
 * and never past the deadline.
 */
public final class RenewalRules {
    /** Lifetimes below this are short: a third of them is too little time to survive an outage. */
    static final Duration SHORT_LIFETIME = Duration.ofDays(10);

    /** 1/24 of a lifetime: 3 d 18 h of 90 d, 6 h 40 min of 160 h. */
    private static final int JITTER_PART = 24;

    /** 1/8 of a lifetime: 11 d 6 h of 90 d, 20 h of 160 h, more than any outage of a public CA has lasted. */
    private static final int EMERGENCY = 8;

    private static final List<Check> CHECKS = List.of(
            RenewalRules::revoked,
            RenewalRules::keyCompromised,
            RenewalRules::emergency,
            RenewalRules::suggestedWindow,
            RenewalRules::lifetimeSpent,
            RenewalRules::configuredDays);

    private RenewalRules() {}

    /** Yields the latest time; empty if it does not apply to the certificate. */
    @FunctionalInterface
    private interface Check {
        Optional<Latest> on(RenewalInputs certificate);
    }

    /** @param waits whether a change window may move it */
    private record Latest(Instant at, OrderCause cause, boolean waits) {}

    public static RenewalTime of(RenewalInputs certificate) {
        Latest earliest = CHECKS.stream()
                .flatMap(check -> check.on(certificate).stream())
                .min(Comparator.comparing(Latest::at))
                .orElseThrow();
        Instant deadline = deadline(certificate);
        return earliest.waits()
                ? new RenewalTime(inAWindow(earliest.at(), certificate.changes(), deadline), earliest.cause(), deadline)
                : new RenewalTime(earliest.at(), earliest.cause(), earliest.at());
    }

    private static Optional<Latest> revoked(RenewalInputs certificate) {
        return certificate.revokedAt().map(at -> new Latest(at, OrderCause.REVOKED, false));
    }

    private static Optional<Latest> keyCompromised(RenewalInputs certificate) {
        return certificate.keyCompromisedAt().map(at -> new Latest(at, OrderCause.KEY_COMPROMISED, false));
    }

    private static Optional<Latest> emergency(RenewalInputs certificate) {
        return Optional.of(new Latest(emergencyBegins(certificate), OrderCause.EMERGENCY, false));
    }

    /** A random time in the window (RFC 9773 section 4.2). */
    private static Optional<Latest> suggestedWindow(RenewalInputs certificate) {
        return certificate
                .suggested()
                .map(window -> new Latest(window.moment(certificate.jitter()), OrderCause.SUGGESTED_WINDOW, true));
    }

    /**
     * Two thirds of the lifetime, half of a short one; earlier by up to 1/24, so that certificates issued together
     * are not renewed together.
     */
    private static Optional<Latest> lifetimeSpent(RenewalInputs certificate) {
        if (certificate.suggested().isPresent()) {
            return Optional.empty();
        }
        Duration lifetime = certificate.lifetime();
        Duration spent = lifetime.compareTo(SHORT_LIFETIME) < 0
                ? lifetime.dividedBy(2)
                : lifetime.multipliedBy(2).dividedBy(3);
        Duration jitter = Duration.ofMillis((long) (lifetime.toMillis() / JITTER_PART * certificate.jitter()));
        return Optional.of(
                new Latest(certificate.notBefore().plus(spent).minus(jitter), OrderCause.LIFETIME_SPENT, true));
    }

    /** A setting that removes more than half of the lifetime was meant for longer lifetimes and would cause endless renewals. */
    private static Optional<Latest> configuredDays(RenewalInputs certificate) {
        return certificate
                .renewBefore()
                .filter(before -> before.multipliedBy(2).compareTo(certificate.lifetime()) <= 0)
                .map(before -> new Latest(certificate.notAfter().minus(before), OrderCause.CONFIGURED_DAYS, true));
    }

    private static Instant emergencyBegins(RenewalInputs certificate) {
        return certificate.notAfter().minus(certificate.lifetime().dividedBy(EMERGENCY));
    }

    /** A CA that is about to revoke suggests a window that ends earlier. */
    private static Instant deadline(RenewalInputs certificate) {
        Instant emergency = emergencyBegins(certificate);
        return certificate
                .suggested()
                .map(SuggestedWindow::end)
                .filter(emergency::isAfter)
                .orElse(emergency);
    }

    private static Instant inAWindow(Instant planned, ChangeWindows changes, Instant deadline) {
        Instant open = changes.firstOpen(planned);
        return open.isAfter(deadline) ? deadline : open;
    }
}
