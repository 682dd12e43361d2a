package dev.perennial.orders.revocation;

import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What a reason calls for, and what is to be done next. Pure: facts and time come in. */
public final class RevocationRules {
    /** Whoever waits is woken by what it waits for; this is for wake-ups that are lost. */
    static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

    /** An order is given up after a day of tries of its own, or because the CA will never take it. */
    static final Duration AFTER_A_FAILED_ORDER = Duration.ofHours(1);

    private static final RetrySchedule AFTER_A_FAILURE = RetrySchedule.of(
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(100), Duration.ofDays(1));

    private final Duration compromised;
    private final Duration answer;

    /**
     * @param compromised how long a compromised key may wait for its replacement
     * @param answer how long the issuance-service may take before it is told again
     */
    public RevocationRules(Duration compromised, Duration answer) {
        this.compromised = compromised;
        this.answer = answer;
    }

    /**
     * @param replace what the requester wants, where that is said
     * @param inUse whether it is the one that is to be served now
     */
    RevocationPlan plan(RevocationReason reason, Optional<Boolean> replace, boolean inUse) {
        boolean first = replace.orElse(
                switch (reason) {
                    case UNSPECIFIED, AFFILIATION_CHANGED, SUPERSEDED, PRIVILEGE_WITHDRAWN, KEY_COMPROMISE -> true;
                    case CESSATION_OF_OPERATION -> false;
                });
        boolean over = reason == RevocationReason.CESSATION_OF_OPERATION && inUse && !first;
        // Whoever has the key can use it until then: a host that does not answer must not prolong that.
        Optional<Duration> patience =
                first && reason == RevocationReason.KEY_COMPROMISE ? Optional.of(compromised) : Optional.empty();
        return new RevocationPlan(first, patience, over);
    }

    /** @param successor counts in {@code REPLACING} only */
    RevocationStep next(Revocation revocation, Successor successor, Instant now) {
        return switch (revocation.state()) {
            case REPLACING ->
                revocation.revokeBy().filter(limit -> !now.isBefore(limit)).isPresent()
                        ? new RevocationStep.Revoke(now.plus(answer))
                        : replacing(revocation, successor, now);
            // Told before, and nobody has answered: it is told again, and revoking twice is harmless.
            case DUE, ORDERED -> new RevocationStep.Revoke(now.plus(answer));
            case REVOKED, FAILED -> throw new IllegalStateException("nothing is due about it: " + revocation.state());
        };
    }

    private RevocationStep replacing(Revocation revocation, Successor successor, Instant now) {
        Instant lookAgain = earlier(now.plus(LOOK_AGAIN), revocation.revokeBy());
        return switch (successor) {
            case Successor.Served served -> new RevocationStep.Revoke(now.plus(answer));
            case Successor.UnderWay underWay -> new RevocationStep.Await(lookAgain);
            case Successor.None none -> new RevocationStep.Replace(lookAgain);
            case Successor.Failed failed -> {
                Instant again = failed.at().plus(AFTER_A_FAILED_ORDER);
                yield now.isBefore(again)
                        ? new RevocationStep.Await(earlier(again, revocation.revokeBy()))
                        : new RevocationStep.Replace(lookAgain);
            }
        };
    }

    /** When the issuance-service is told again after it reported; empty where that would end the same way. */
    Optional<Instant> afterFailure(int attempts, Problem problem, Instant now) {
        return switch (problem.code().reaction()) {
            case REFUSE -> Optional.empty();
            case RETRY -> Optional.of(AFTER_A_FAILURE.next(attempts, problem, now));
        };
    }

    private static Instant earlier(Instant at, Optional<Instant> limit) {
        return limit.filter(at::isAfter).orElse(at);
    }
}
