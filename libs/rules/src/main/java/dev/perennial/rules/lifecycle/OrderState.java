package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Abandon;
import dev.perennial.rules.lifecycle.Decision.Ignored;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.Resume;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The state of an order. Each state holds only the data that its moves need, and has one method for each legal move.
 * {@link Lifecycle} maps inputs to these methods.
 */
public sealed interface OrderState {
    /** The number of the ACME order of this intent, from 1. */
    int attempt();

    /**
     * Whether the order is still in progress. No other order of the certificate is created meanwhile. A live order is
     * in flight until its certificate is issued. A rehearsal is in flight until the dry runs on the hosts are done.
     */
    default boolean isInFlight(OrderPurpose purpose) {
        return switch (this) {
            case Due it -> true;
            case Placed it -> true;
            case Authorized it -> true;
            case Issued it -> purpose != OrderPurpose.LIVE;
            case Undeployed it -> purpose != OrderPurpose.LIVE;
            case Deployed it -> false;
            case Rehearsed it -> false;
            case Failed it -> false;
        };
    }

    /**
     * Waits to be placed at the CA.
     *
     * @param dueAt earliest time of the next attempt; while a placer processes the order, the end of the lease
     * @param postponements how often the CA was unavailable during this attempt
     * @param lastProblem why the order was not placed, or why the previous attempt failed
     */
    record Due(int attempt, Instant dueAt, int postponements, Optional<Problem> lastProblem) implements OrderState {
        Moved placed(AcmeOrder acmeOrder, Timing timing) {
            return Moved.to(
                    new Placed(attempt, acmeOrder, 0, timing.deadline(), Map.of()), new Resume(attempt, acmeOrder));
        }

        Moved placementRefused(Problem problem) {
            return Failed.abandoned(attempt, problem);
        }

        Moved placementPostponed(Problem problem, Timing timing) {
            int count = postponements + 1;
            Instant next = timing.retries().postponements().next(count, problem, timing.now());
            return Moved.to(new Due(attempt, next, count, Optional.of(problem.nextAttempt(next))));
        }

        Moved withdrawn(Problem problem) {
            return Failed.abandoned(attempt, problem);
        }

        /** The next attempt after a failed one, or the end of the order if a retry cannot succeed. */
        private static Moved after(int failedAttempt, Problem problem, Timing timing) {
            return switch (problem.code().reaction()) {
                case REFUSE -> Failed.abandoned(failedAttempt, problem);
                case RETRY -> {
                    Instant next = timing.retries().after(problem).next(failedAttempt, problem, timing.now());
                    yield Moved.to(new Due(failedAttempt + 1, next, 0, Optional.of(problem.nextAttempt(next))));
                }
            };
        }
    }

    /**
     * The CA has the order and waits for the proof of control.
     *
     * @param resumptions how often {@code order.placed} was published again because no report arrived
     * @param deadline when a report is due
     * @param early reports of hosts that arrived before the report of the issuance: topics are not ordered
     *     relative to each other
     */
    record Placed(int attempt, AcmeOrder acmeOrder, int resumptions, Instant deadline, Map<String, HostReport> early)
            implements OrderState {
        public Placed {
            early = Map.copyOf(early);
        }

        Moved authorized(Timing timing) {
            return Moved.to(new Authorized(attempt, acmeOrder, 0, timing.deadline(), early));
        }

        Moved rejected(Problem problem, Timing timing) {
            return Due.after(attempt, problem, timing);
        }

        /** Issued before the authorization was reported. */
        Moved issued(String fingerprint, List<String> targets, Timing timing) {
            return Rollout.begin(fingerprint, targets, early).begun(attempt, timing);
        }

        /** Failed before the authorization was reported. */
        Moved issuanceFailed(Problem problem, Timing timing) {
            return new Authorized(attempt, acmeOrder, resumptions, deadline, early).issuanceFailed(problem, timing);
        }

        Moved hostReported(String host, HostReport report) {
            return Moved.to(new Placed(attempt, acmeOrder, resumptions, deadline, with(early, host, report)));
        }

        Decision deadlinePassed(Timing timing) {
            if (timing.isBefore(deadline)) {
                return new Ignored("the deadline is " + deadline);
            }
            return timing.mayResume(acmeOrder, resumptions)
                    ? Moved.to(
                            new Placed(attempt, acmeOrder, resumptions + 1, timing.deadline(), early),
                            new Resume(attempt, acmeOrder))
                    : Due.after(attempt, timing.timedOut("proof of control", resumptions), timing);
        }
    }

    /** Control is proven; the certificate is being issued. Fields as in {@link Placed}. */
    record Authorized(
            int attempt, AcmeOrder acmeOrder, int resumptions, Instant deadline, Map<String, HostReport> early)
            implements OrderState {
        /**
         * The ACME order may still be valid, or even finalized, after these errors. A new order could issue a second
         * certificate.
         */
        private static final Set<ErrorCode> ORDER_STAYS_VALID = EnumSet.of(
                ErrorCode.CA_UNAVAILABLE,
                ErrorCode.CA_RATE_LIMITED,
                ErrorCode.CA_MISBEHAVED,
                ErrorCode.STEP_TIMED_OUT,
                ErrorCode.VAULT_UNAVAILABLE);

        public Authorized {
            early = Map.copyOf(early);
        }

        Moved issued(String fingerprint, List<String> targets, Timing timing) {
            return Rollout.begin(fingerprint, targets, early).begun(attempt, timing);
        }

        /** Resumes the same ACME order while it is valid, so that its cost is not lost. */
        Moved issuanceFailed(Problem problem, Timing timing) {
            // At least one resumption is left, because a reported failure is not a missing report.
            int used = Math.min(resumptions, Timing.MAX_RESUMPTIONS - 1);
            Instant next = timing.retries().attempts().next(used + 1, problem, timing.now());
            return ORDER_STAYS_VALID.contains(problem.code()) && Timing.isUnexpired(acmeOrder, next)
                    ? Moved.to(new Authorized(attempt, acmeOrder, used, next, early))
                    : Due.after(attempt, problem, timing);
        }

        Moved hostReported(String host, HostReport report) {
            return Moved.to(new Authorized(attempt, acmeOrder, resumptions, deadline, with(early, host, report)));
        }

        Decision deadlinePassed(Timing timing) {
            if (timing.isBefore(deadline)) {
                return new Ignored("the deadline is " + deadline);
            }
            return timing.mayResume(acmeOrder, resumptions)
                    ? Moved.to(
                            new Authorized(attempt, acmeOrder, resumptions + 1, timing.deadline(), early),
                            new Resume(attempt, acmeOrder))
                    : Due.after(attempt, timing.timedOut("issuance", resumptions), timing);
        }
    }

    /**
     * Issued and stored in Vault. The target hosts have not all proven that they serve it; without target hosts this
     * is the final state.
     *
     * @param watch absent if no host report is expected, or another certificate has replaced this one
     */
    record Issued(int attempt, Rollout rollout, Optional<Watch> watch) implements OrderState {
        Decision hostReported(Input.OfHost input, Timing timing) {
            return rollout.reported(attempt, watch, input, timing);
        }

        Decision deadlinePassed(Timing timing) {
            return rollout.overdue(attempt, watch, timing);
        }

        Decision superseded() {
            return rollout.unwatched(attempt, watch);
        }
    }

    /** Every target host serves it, proven by a handshake. */
    record Deployed(int attempt, Rollout rollout) implements OrderState {
        Decision hostReported(Input.OfHost input, Timing timing) {
            return rollout.reported(attempt, Optional.empty(), input, timing);
        }
    }

    /** Issued, and at least one host reported that it does not serve it. Fields as in {@link Issued}. */
    record Undeployed(int attempt, Rollout rollout, Optional<Watch> watch) implements OrderState {
        /** The failure of the first such host by name. */
        public Problem problem() {
            return rollout.failed().firstEntry().getValue();
        }

        Decision hostReported(Input.OfHost input, Timing timing) {
            return rollout.reported(attempt, watch, input, timing);
        }

        Decision deadlinePassed(Timing timing) {
            return rollout.overdue(attempt, watch, timing);
        }

        Decision superseded() {
            return rollout.unwatched(attempt, watch);
        }
    }

    /** A completed rehearsal: the dry run of every target passed, or a newer order replaced it. Has no moves. */
    record Rehearsed(int attempt, Rollout rollout) implements OrderState {}

    /** Abandoned: not retried without a new request. Has no moves. */
    record Failed(int attempt, Problem problem) implements OrderState {
        static Moved abandoned(int attempt, Problem problem) {
            Problem last = new Problem(problem.code(), problem.detail(), problem.evidence(), Optional.empty());
            return Moved.to(new Failed(attempt, last), new Abandon(attempt, last));
        }
    }

    /** The latest report of a host about a certificate, with a problem if the host does not serve it. */
    record HostReport(String fingerprint, Optional<Problem> problem) {}

    /**
     * The reminders to hosts that should serve the certificate and do not.
     *
     * @param reminders how many were sent
     * @param next when the next one is due
     */
    record Watch(int reminders, Instant next) {}

    private static Map<String, HostReport> with(Map<String, HostReport> early, String host, HostReport report) {
        Map<String, HostReport> all = new TreeMap<>(early);
        all.put(host, report);
        return all;
    }
}
