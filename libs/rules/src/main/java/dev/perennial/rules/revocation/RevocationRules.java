package dev.perennial.rules.revocation;

import dev.perennial.events.Problem;
import dev.perennial.events.RevocationReason;
import dev.perennial.rules.lifecycle.RetrySchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Decides how a certificate is revoked and which step comes next. */
public final class RevocationRules {
    /** A change of the replacement's state triggers a check at once. This interval covers wake-ups that were lost. */
    static final Duration CHECK_INTERVAL = Duration.ofMinutes(1);

    /** An order fails only if a retry cannot succeed, for example after a permanent refusal. */
    static final Duration RETRY_AFTER_FAILED_ORDER = Duration.ofHours(1);

    private static final RetrySchedule RETRY_AFTER_FAILURE = RetrySchedule.of(
            Duration.ofMinutes(1), Duration.ofMinutes(10), Duration.ofMinutes(100), Duration.ofDays(1));

    private final Duration maxWaitIfCompromised;
    private final Duration answerTimeout;

    /**
     * @param maxWaitIfCompromised how long a certificate with a compromised key may wait for its replacement
     * @param answerTimeout how long the issuance-service may take before the request is repeated
     */
    public RevocationRules(Duration maxWaitIfCompromised, Duration answerTimeout) {
        this.maxWaitIfCompromised = maxWaitIfCompromised;
        this.answerTimeout = answerTimeout;
    }

    /**
     * @param replace the choice of the requester, if any
     * @param inUse whether it is the current certificate
     */
    public RevocationPlan plan(RevocationReason reason, Optional<Boolean> replace, boolean inUse) {
        boolean first = replace.orElse(
                switch (reason) {
                    case UNSPECIFIED, AFFILIATION_CHANGED, SUPERSEDED, PRIVILEGE_WITHDRAWN, KEY_COMPROMISE -> true;
                    case CESSATION_OF_OPERATION -> false;
                });
        boolean retired = reason == RevocationReason.CESSATION_OF_OPERATION && inUse && !first;
        // A compromised key can be abused until it is revoked: a host that does not respond must not prolong that.
        Optional<Duration> maxWait = first && reason == RevocationReason.KEY_COMPROMISE
                ? Optional.of(maxWaitIfCompromised)
                : Optional.empty();
        return new RevocationPlan(first, maxWait, retired);
    }

    /**
     * @param revokeBy the end of the wait for a replacement, if it has one
     * @param successor counts in {@code REPLACING} only
     */
    public RevocationStep next(RevocationProgress state, Optional<Instant> revokeBy, Successor successor, Instant now) {
        return switch (state) {
            case REPLACING ->
                revokeBy.filter(limit -> !now.isBefore(limit)).isPresent()
                        ? new RevocationStep.Revoke(now.plus(answerTimeout))
                        : replacing(revokeBy, successor, now);
            // Without an answer, the request is repeated. It is harmless to revoke a certificate twice.
            case DUE, ORDERED -> new RevocationStep.Revoke(now.plus(answerTimeout));
            case REVOKED, FAILED ->
                throw new IllegalStateException("a revocation in state " + state + " has no next step");
        };
    }

    private RevocationStep replacing(Optional<Instant> revokeBy, Successor successor, Instant now) {
        Instant nextCheck = earlier(now.plus(CHECK_INTERVAL), revokeBy);
        return switch (successor) {
            case Successor.Served served -> new RevocationStep.Revoke(now.plus(answerTimeout));
            case Successor.UnderWay underWay -> new RevocationStep.Await(nextCheck);
            case Successor.None none -> new RevocationStep.Replace(nextCheck);
            case Successor.Failed failed -> {
                Instant retryAt = failed.at().plus(RETRY_AFTER_FAILED_ORDER);
                yield now.isBefore(retryAt)
                        ? new RevocationStep.Await(earlier(retryAt, revokeBy))
                        : new RevocationStep.Replace(nextCheck);
            }
        };
    }

    /** When the request is repeated after a failure; empty if the CA would refuse again. */
    public Optional<Instant> afterFailure(int attempts, Problem problem, Instant now) {
        return switch (problem.code().reaction()) {
            case REFUSE -> Optional.empty();
            case RETRY -> Optional.of(RETRY_AFTER_FAILURE.next(attempts, problem, now));
        };
    }

    private static Instant earlier(Instant at, Optional<Instant> limit) {
        return limit.filter(at::isAfter).orElse(at);
    }
}
