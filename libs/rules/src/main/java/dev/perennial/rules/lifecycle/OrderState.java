package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.ErrorCode.Reaction;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.Decision.Abandon;
import dev.perennial.rules.lifecycle.Decision.CountUnusable;
import dev.perennial.rules.lifecycle.Decision.Ignored;
import dev.perennial.rules.lifecycle.Decision.Leave;
import dev.perennial.rules.lifecycle.Decision.Moved;
import dev.perennial.rules.lifecycle.Decision.ReportStored;
import dev.perennial.rules.lifecycle.Decision.ResolveLeft;
import dev.perennial.rules.lifecycle.Decision.Resume;
import dev.perennial.rules.lifecycle.Decision.Return;
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

    /** No certificate of the order is reported. */
    sealed interface BeforeIssuance extends OrderState {
        /**
         * Reports of hosts that arrived before the report of the issuance: topics are not ordered relative to each
         * other.
         */
        Map<String, HostReport> earlyReports();

        BeforeIssuance withEarlyReports(Map<String, HostReport> earlyReports);

        /** The latest report of a host replaces its earlier ones. */
        default Decision hostReported(String host, HostReport report) {
            Map<String, HostReport> reports = new TreeMap<>(earlyReports());
            return report.equals(reports.put(host, report))
                    ? new Ignored("host " + host + " reported this before")
                    : new ReportStored(withEarlyReports(reports));
        }

        default Moved issued(String fingerprint, List<String> targets, Timing timing) {
            return Rollout.begin(fingerprint, targets, earlyReports()).begun(attempt(), timing);
        }
    }

    /**
     * Waits to be placed at the CA. A certificate of an earlier attempt may still be reported.
     *
     * @param dueAt earliest time of the next attempt; while a placer processes the order, the end of the lease
     * @param postponements how often the CA was unavailable during this attempt
     * @param lastProblem why the order was not placed, or why the previous attempt failed
     */
    record Due(
            int attempt,
            Instant dueAt,
            int postponements,
            Optional<Problem> lastProblem,
            Map<String, HostReport> earlyReports)
            implements BeforeIssuance {
        public Due {
            earlyReports = Map.copyOf(earlyReports);
        }

        /** Without reports of hosts. */
        public Due(int attempt, Instant dueAt, int postponements, Optional<Problem> lastProblem) {
            this(attempt, dueAt, postponements, lastProblem, Map.of());
        }

        @Override
        public Due withEarlyReports(Map<String, HostReport> earlyReports) {
            return new Due(attempt, dueAt, postponements, lastProblem, earlyReports);
        }

        Moved placed(AcmeOrder acmeOrder, Timing timing) {
            AcmeOrder bounded = timing.bounded(acmeOrder);
            return Moved.to(
                    new Placed(attempt, bounded, 0, timing.deadline(), earlyReports), new Resume(attempt, bounded));
        }

        /** A refusal does not end an order for which another CA may have issued a certificate. */
        Moved placementRefused(Problem problem, Timing timing) {
            if (!timing.situation().unresolved()) {
                return Failed.abandoned(attempt, problem);
            }
            int count = postponements + 1;
            Instant next = timing.retries().attempts().next(count, problem, timing.now());
            return Moved.to(new Due(attempt, next, count, Optional.of(problem.nextAttempt(next)), earlyReports));
        }

        /** The CA of an attempt that was left has issued: the order continues there. */
        Decision recovered(AcmeOrder left, Timing timing) {
            if (!timing.situation().unresolved()) {
                return new Ignored("the certificate of the attempt that was left is known already");
            }
            return Moved.to(
                    new Authorized(attempt, left, 0, timing.deadline(), earlyReports),
                    new Return(attempt, left),
                    new Resume(attempt, left));
        }

        Moved placementPostponed(Problem problem, Timing timing) {
            int count = postponements + 1;
            Instant next = timing.retries().postponements().next(count, problem, timing.now());
            return Moved.to(new Due(attempt, next, count, Optional.of(problem.nextAttempt(next)), earlyReports));
        }

        Moved withdrawn(Problem problem) {
            return Failed.abandoned(attempt, problem);
        }

        /** The next attempt after a failed one, or the end of the order if a retry cannot succeed. */
        private static Moved after(AtTheCa failed, Problem problem, Timing timing) {
            return after(failed, problem, problem.code() == ErrorCode.CERTIFICATE_MISMATCH, timing);
        }

        /** @param unusable whether the attempt yielded a certificate that cannot be used */
        private static Moved after(AtTheCa failed, Problem problem, boolean unusable, Timing timing) {
            boolean unresolved = timing.situation().unresolved();
            if (problem.code().reaction() == Reaction.REFUSE && !unresolved) {
                return Failed.abandoned(failed.attempt(), problem);
            }
            if (unusable) {
                Moved next = timing.isLastUnusable()
                        ? Failed.abandoned(failed.attempt(), problem)
                        : afterUnusable(failed, problem, timing);
                return next.and(new CountUnusable(problem));
            }
            return next(failed, problem, scheduled(failed, problem, timing));
        }

        /** The next attempt after one whose certificate cannot be used, at the earliest a day later. */
        private static Moved afterUnusable(AtTheCa failed, Problem problem, Timing timing) {
            Instant scheduled = scheduled(failed, problem, timing);
            Instant earliest = Timing.afterUnusable(timing.now());
            return next(failed, problem, scheduled.isBefore(earliest) ? earliest : scheduled);
        }

        private static Instant scheduled(AtTheCa failed, Problem problem, Timing timing) {
            return timing.retries().after(problem).next(failed.attempt(), problem, timing.now());
        }

        private static Moved next(AtTheCa failed, Problem problem, Instant at) {
            return Moved.to(
                    new Due(failed.attempt() + 1, at, 0, Optional.of(problem.nextAttempt(at)), failed.earlyReports()));
        }
    }

    /**
     * The CA has accepted the ACME order. It may have issued a certificate, even if no service has reported that, so
     * the same ACME order is resumed until the CA states that it has none, or the ACME order expires (ADR 10).
     */
    sealed interface AtTheCa extends BeforeIssuance {
        /** Problems that a CA causes and that another one may not have. */
        Set<ErrorCode> CA_DOES_NOT_COMPLETE = EnumSet.of(
                ErrorCode.CA_UNAVAILABLE,
                ErrorCode.CA_RATE_LIMITED,
                ErrorCode.CA_MISBEHAVED,
                ErrorCode.ISSUER_NOT_READY,
                ErrorCode.STEP_TIMED_OUT);

        /** After these problems the ACME order is as valid as before, and may have been finalized. */
        Set<ErrorCode> TEMPORARY = EnumSet.of(
                ErrorCode.CA_UNAVAILABLE,
                ErrorCode.CA_RATE_LIMITED,
                ErrorCode.CA_MISBEHAVED,
                ErrorCode.ISSUER_NOT_READY,
                ErrorCode.STEP_TIMED_OUT,
                ErrorCode.DNS_UNAVAILABLE,
                ErrorCode.VAULT_UNAVAILABLE,
                ErrorCode.INTERNAL);

        AcmeOrder acmeOrder();

        /** How often {@code order.placed} was published again. */
        int resumptions();

        /** When a report is due; after a temporary problem, when the order is resumed. */
        Instant deadline();

        /** The step that is in progress, for people. */
        String step();

        AtTheCa waiting(int resumptions, Instant deadline);

        default Decision deadlinePassed(Timing timing) {
            if (timing.isBefore(deadline())) {
                return new Ignored("the deadline is " + deadline());
            }
            if (!Timing.isUnexpired(acmeOrder(), timing.now()) || !timing.mayResume(resumptions())) {
                return Due.after(this, timing.timedOut(step(), resumptions()), timing);
            }
            int count = resumptions() + 1;
            return Moved.to(waiting(count, timing.deadlineAfter(count)), new Resume(attempt(), acmeOrder()));
        }

        /** Resumes the same ACME order later. */
        default Moved interrupted(Problem problem, Timing timing) {
            return interrupted(problem, false, timing);
        }

        /** @param unusable whether the ACME order, if it expires with this problem, yielded an unusable certificate */
        default Moved interrupted(Problem problem, boolean unusable, Timing timing) {
            // At least one resumption is left, because a reported failure is not a missing report.
            int used = timing.mayResume(resumptions()) ? resumptions() : resumptions() - 1;
            Instant next = timing.nextResumption(used, problem);
            if (!Timing.isUnexpired(acmeOrder(), next)) {
                return Due.after(this, problem, unusable, timing);
            }
            // Another CA cannot help if this one is not the cause.
            return Optional.of(problem.code())
                    .filter(CA_DOES_NOT_COMPLETE::contains)
                    .flatMap(cause -> timing.overdue())
                    .map(reason -> left(reason, timing))
                    .orElseGet(() -> Moved.to(waiting(used, next)));
        }

        private Moved left(Problem reason, Timing timing) {
            Instant next = timing.retries().postponements().next(1, timing.now());
            return Moved.to(
                    new Due(attempt() + 1, next, 0, Optional.of(reason.nextAttempt(next)), earlyReports()),
                    new Leave(attempt(), acmeOrder()));
        }
    }

    /** The CA waits for the proof of control. */
    record Placed(
            int attempt, AcmeOrder acmeOrder, int resumptions, Instant deadline, Map<String, HostReport> earlyReports)
            implements AtTheCa {
        public Placed {
            earlyReports = Map.copyOf(earlyReports);
        }

        @Override
        public String step() {
            return "proof of control";
        }

        @Override
        public Placed waiting(int resumptions, Instant deadline) {
            return new Placed(attempt, acmeOrder, resumptions, deadline, earlyReports);
        }

        @Override
        public Placed withEarlyReports(Map<String, HostReport> earlyReports) {
            return new Placed(attempt, acmeOrder, resumptions, deadline, earlyReports);
        }

        Moved authorized(Timing timing) {
            return Moved.to(new Authorized(attempt, acmeOrder, 0, timing.deadline(), earlyReports));
        }

        /**
         * Resumes the same ACME order after a temporary problem, which costs nothing of the CA's limits. Nothing can be
         * finalized before the proof is reported, so another issuer is preferred to a CA that does not complete it.
         */
        Moved rejected(Problem problem, Timing timing) {
            boolean otherIssuer = CA_DOES_NOT_COMPLETE.contains(problem.code()) && timing.hasOtherIssuer();
            return TEMPORARY.contains(problem.code()) && !otherIssuer
                    ? interrupted(problem, timing)
                    : Due.after(this, problem, timing);
        }

        /** Failed before the authorization was reported. */
        Moved issuanceFailed(Problem problem, Finalization finalization, Timing timing) {
            return new Authorized(attempt, acmeOrder, resumptions, deadline, earlyReports)
                    .issuanceFailed(problem, finalization, timing);
        }
    }

    /** Control is proven; the certificate is being issued. */
    record Authorized(
            int attempt, AcmeOrder acmeOrder, int resumptions, Instant deadline, Map<String, HostReport> earlyReports)
            implements AtTheCa {
        public Authorized {
            earlyReports = Map.copyOf(earlyReports);
        }

        @Override
        public String step() {
            return "issuance";
        }

        @Override
        public Authorized waiting(int resumptions, Instant deadline) {
            return new Authorized(attempt, acmeOrder, resumptions, deadline, earlyReports);
        }

        @Override
        public Authorized withEarlyReports(Map<String, HostReport> earlyReports) {
            return new Authorized(attempt, acmeOrder, resumptions, deadline, earlyReports);
        }

        /**
         * A chain that cannot be read, or a defect after the issuance: the next certificate would fail in the same way.
         * The same ACME order is resumed until it expires. Only the report of an issuance shows this.
         */
        private static boolean isUnusable(Problem problem) {
            return problem.code() == ErrorCode.CA_MISBEHAVED || problem.code() == ErrorCode.INTERNAL;
        }

        Moved issuanceFailed(Problem problem, Finalization finalization, Timing timing) {
            if (problem.code() == ErrorCode.CERTIFICATE_MISMATCH && finalization == Finalization.NEVER) {
                // The CA of an earlier attempt has issued it, so nothing more is expected of the attempt that was left.
                return Due.after(this, problem, timing.resolved()).and(new ResolveLeft());
            }
            if (!TEMPORARY.contains(problem.code())) {
                return Due.after(this, problem, timing);
            }
            return switch (finalization) {
                case MAYBE -> interrupted(problem, isUnusable(problem), timing);
                // The attempt is closed and used no certificate: the next one begins like a postponed placement.
                case NEVER ->
                    Due.next(this, problem, timing.retries().postponements().next(attempt, problem, timing.now()));
            };
        }

        /** Of a resumed validation. */
        Moved rejected(Problem problem, Timing timing) {
            return TEMPORARY.contains(problem.code()) ? interrupted(problem, timing) : Due.after(this, problem, timing);
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
}
