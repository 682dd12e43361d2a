package dev.perennial.orders.renewal;

import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.renewal.NextCheck;
import dev.perennial.rules.renewal.RenewalTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is to be done about a certificate now. Pure. */
sealed interface RenewalDecision {
    /** Its time has come. */
    record Renew(RenewalTime time) implements RenewalDecision {}

    /** It is looked at again then. */
    record Wait(Instant until) implements RenewalDecision {}

    /** The last order came to nothing; the next one is made then. */
    record Pause(StoredOrder failed, int failures, Instant until) implements RenewalDecision {}

    /**
     * @param issued what is served, or is to be served
     * @param madeFor why the order of that was made
     * @param latest of the certificate's orders
     * @param failures orders that were given up since it was issued
     */
    record Situation(
            IssuedCertificate issued,
            RenewalTime time,
            OrderCause madeFor,
            Optional<StoredOrder> latest,
            int failures) {
        Duration life() {
            return Duration.between(issued.notBefore(), issued.notAfter());
        }
    }

    static RenewalDecision of(Situation situation, Instant now) {
        RenewalTime time = situation.time();
        if (situation.latest().filter(order -> isInTheWay(order, time, now)).isPresent()) {
            return new Wait(NextCheck.whileUnderWay(situation.life(), now));
        }
        Instant at = notTwiceInARow(situation);
        if (now.isBefore(at)) {
            return new Wait(at);
        }
        Optional<StoredOrder> failed = situation.latest().filter(order -> order.state() instanceof OrderState.Failed);
        if (failed.isPresent() && situation.failures() > 0) {
            Instant next = NextCheck.afterFailures(
                    situation.failures(),
                    failed.get().updatedAt(),
                    situation.issued().notAfter());
            if (now.isBefore(next)) {
                return new Pause(failed.get(), situation.failures(), next);
            }
        }
        return new Renew(time);
    }

    /** A rehearsal that waits, for hosts or for its next attempt, must not let what is served expire. */
    private static boolean isInTheWay(StoredOrder order, RenewalTime time, Instant now) {
        return order.isInFlight() && !(givesWay(order) && !now.isBefore(time.deadline()));
    }

    /** Not while the CA has it: what comes of that must find an order that expects it. */
    static boolean givesWay(StoredOrder order) {
        return order.isRehearsal()
                && (order.state() instanceof OrderState.Due
                        || order.state() instanceof OrderState.Issued
                        || order.state() instanceof OrderState.Undeployed);
    }

    private static Instant notTwiceInARow(Situation situation) {
        IssuedCertificate issued = situation.issued();
        Instant at = situation.time().at();
        if (situation.time().cause() != OrderCause.SUGGESTED_WINDOW
                || situation.madeFor() != OrderCause.SUGGESTED_WINDOW) {
            return at;
        }
        Instant earliest = NextCheck.afterAReplacement(issued.notBefore(), issued.notAfter());
        return at.isBefore(earliest) ? earliest : at;
    }
}
