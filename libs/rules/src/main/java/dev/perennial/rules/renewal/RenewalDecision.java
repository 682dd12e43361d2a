package dev.perennial.rules.renewal;

import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The decision whether a certificate is renewed now, or when it is checked again. */
public sealed interface RenewalDecision {
    /** The renewal time has passed. */
    record Renew(RenewalTime time) implements RenewalDecision {}

    /** Nothing is due before then. */
    record Wait(Instant until) implements RenewalDecision {}

    /** The latest order has failed; the next one is created at {@code until}. */
    record Pause(int failures, Instant until) implements RenewalDecision {}

    /**
     * @param notBefore of the certificate to be renewed
     * @param notAfter of the certificate to be renewed
     * @param issuedFor the cause of the order that issued it
     * @param latest the latest order of the certificate
     * @param failures orders that failed since it was issued
     */
    record Situation(
            Instant notBefore,
            Instant notAfter,
            RenewalTime time,
            OrderCause issuedFor,
            Optional<OrderSnapshot> latest,
            int failures) {
        public Duration lifetime() {
            return Duration.between(notBefore, notAfter);
        }
    }

    static RenewalDecision of(Situation situation, Instant now) {
        RenewalTime time = situation.time();
        if (situation.latest().filter(order -> blocks(order, time, now)).isPresent()) {
            return new Wait(NextCheck.whileUnderWay(situation.lifetime(), now));
        }
        Instant at = earliest(situation);
        if (now.isBefore(at)) {
            return new Wait(at);
        }
        Optional<OrderSnapshot> failed = situation.latest().filter(order -> order.state() instanceof OrderState.Failed);
        if (failed.isPresent() && situation.failures() > 0) {
            Instant next =
                    NextCheck.afterFailures(situation.failures(), failed.get().updatedAt(), situation.notAfter());
            if (now.isBefore(next)) {
                return new Pause(situation.failures(), next);
            }
        }
        return new Renew(time);
    }

    /** A rehearsal that waits for hosts or for its next attempt must not delay the renewal beyond its deadline. */
    private static boolean blocks(OrderSnapshot order, RenewalTime time, Instant now) {
        return order.isInFlight() && !(order.isWithdrawable() && !now.isBefore(time.deadline()));
    }

    /** If a certificate must be replaced for the reason for which it was issued, the renewal waits. */
    private static Instant earliest(Situation situation) {
        Instant at = situation.time().at();
        OrderCause cause = situation.time().cause();
        if (cause != situation.issuedFor()) {
            return at;
        }
        Instant earliest =
                switch (cause) {
                    case SUGGESTED_WINDOW -> NextCheck.afterAReplacement(situation.notBefore(), situation.notAfter());
                    case REVOKED, KEY_COMPROMISED ->
                        NextCheck.afterARevokedReplacement(situation.notBefore(), situation.notAfter());
                    case REQUESTED, RENEWAL_REQUESTED, REPLACEMENT, LIFETIME_SPENT, CONFIGURED_DAYS, EMERGENCY -> at;
                };
        return at.isBefore(earliest) ? earliest : at;
    }
}
