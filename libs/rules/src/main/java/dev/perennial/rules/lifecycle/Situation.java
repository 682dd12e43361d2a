package dev.perennial.rules.lifecycle;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The facts beside the state on which a decision depends.
 *
 * @param overdue when the order is overdue; empty if no other issuer could take it
 * @param unresolved whether an ACME order of it was left, and its CA may still have issued a certificate
 * @param unusable how many certificates were issued for the order and could not be used
 */
public record Situation(Optional<Overdue> overdue, boolean unresolved, int unusable) {
    /** No other issuer is available, nothing was left, and no certificate was issued. */
    public static final Situation USUAL = new Situation(Optional.empty(), false, 0);

    /**
     * The time from which a new attempt may begin although the CA of this one may have issued a certificate (ADR 10).
     *
     * @param reason ends the sentence "a new attempt begins, because ..."
     */
    public record Overdue(Instant from, String reason) {
        /** 1/24 of a lifetime: 3 d 18 h of 90 d, 6 h 40 min of 160 h. */
        private static final int REMAINING = 24;

        /** The certificate that is served would expire before the CA answers. */
        public static Overdue beforeExpiry(Instant notBefore, Instant notAfter) {
            return new Overdue(
                    notAfter.minus(Duration.between(notBefore, notAfter).dividedBy(REMAINING)),
                    "the served certificate expires at " + notAfter);
        }

        /** No certificate is served. */
        public static Overdue ofFirst(Instant createdAt, Duration timeout) {
            return new Overdue(
                    createdAt.plus(timeout), "no certificate is served, and the order was created at " + createdAt);
        }
    }
}
