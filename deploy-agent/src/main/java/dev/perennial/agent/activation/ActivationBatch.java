package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.CrashPoint;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.Turnover;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Activations that share one validation and one reload; each has its own proof. If the validation or the reload fails,
 * all are restored and both halves are tried separately, so that one bad certificate of n fails alone after about log2(n)
 * reloads. The caller holds the group's lock.
 */
final class ActivationBatch {
    private static final Logger LOG = Logger.getLogger(ActivationBatch.class);

    private static final int VERIFY_TIME_PER_COMMAND_TIME = 10;
    /** Limits how long a failing proof holds the group's lock, for example after a reload that was killed. */
    private static final Duration LONGEST_SCALED_VERIFY_TIME = Duration.ofSeconds(30);

    private final TargetGroup group;
    private final GroupActions actions;
    private final ServedCertificateCheck servedCheck;
    private final CrashPoints crashPoints;
    private final BiConsumer<Activation, DeploymentResult> report;

    ActivationBatch(
            TargetGroup group,
            GroupActions actions,
            ServedCertificateCheck servedCheck,
            CrashPoints crashPoints,
            BiConsumer<Activation, DeploymentResult> report) {
        this.group = group;
        this.actions = actions;
        this.servedCheck = servedCheck;
        this.crashPoints = crashPoints;
        this.report = report;
    }

    void run(List<Activation> activations) {
        List<Activation> switched = activateAll(activations);
        if (switched.isEmpty()) {
            return;
        }
        Turnover turnover = group.turnover();
        Optional<Problem> failure = actions.validateAndApply(switched);
        if (failure.isEmpty()) {
            complete(switched, verifyAll(switched, turnover));
        } else if (switched.size() == 1) {
            rollBack(Map.of(switched.getFirst(), failure.get())).forEach(report);
        } else {
            LOG.warnf(
                    "a batch of %d deployments failed; its halves are retried separately now: %s",
                    switched.size(), failure.get().detail());
            bisect(restored(switched, failure.get()));
        }
    }

    private void complete(List<Activation> switched, Map<Activation, ProofResult> proofs) {
        Map<Activation, Problem> unproven = new LinkedHashMap<>();
        proofs.forEach((one, proof) -> {
            switch (proof) {
                case ProofResult.Proven proven -> {
                    commit(one);
                    report.accept(
                            one, new DeploymentResult.Deployed(one.generation().name(), proven));
                }
                case ProofResult.Unproven unseen ->
                    unproven.put(
                            one,
                            Problem.of(
                                    ErrorCode.HANDSHAKE_MISMATCH,
                                    "the certificate was not served within "
                                            + verifyTimeout().toMillis() + " ms after the reload",
                                    unseen.evidence()));
            }
        });
        if (unproven.isEmpty()) {
            return;
        }
        Map<Activation, DeploymentResult> back = rollBack(unproven);
        boolean allFailed = unproven.size() == switched.size() && switched.size() > 1;
        if (allFailed && back.values().stream().anyMatch(DeploymentResult.RolledBack.class::isInstance)) {
            // One of them may be the reason for a reload that reports success and changes nothing (nginx on a signal,
            // for example). If no rollback is proven, the server itself is down, and retrying each would only take
            // time.
            back.forEach((one, outcome) -> {
                if (!(outcome instanceof DeploymentResult.RolledBack)) {
                    report.accept(one, outcome);
                }
            });
            bisect(back.keySet().stream()
                    .filter(one -> back.get(one) instanceof DeploymentResult.RolledBack)
                    .toList());
        } else {
            back.forEach(report);
        }
    }

    private void bisect(List<Activation> failed) {
        int middle = (failed.size() + 1) / 2;
        run(failed.subList(0, middle));
        run(failed.subList(middle, failed.size()));
    }

    private List<Activation> activateAll(List<Activation> activations) {
        List<Activation> switched = new ArrayList<>();
        for (Activation one : activations) {
            try {
                one.target().activate(one.generation());
                switched.add(one);
            } catch (IOException e) {
                Problem problem =
                        Problem.of(ErrorCode.INSTALL_FAILED, "the new files could not be activated", e.toString());
                restored(List.of(one), problem)
                        .forEach(back -> report.accept(back, new DeploymentResult.Untouched(problem)));
            }
        }
        return switched;
    }

    private Map<Activation, ProofResult> verifyAll(List<Activation> switches, Turnover turnover) {
        return inParallel(switches, one -> {
            ProofResult proof = prove(one, one.expected(), turnover);
            crashPoints.passed(CrashPoint.VERIFIED, one.target().certificateName());
            return proof;
        });
    }

    /** A defect in one proof must not end the batch: the others are still to be committed or restored. */
    private ProofResult prove(Activation one, ExpectedCertificate expected, Turnover turnover) {
        try {
            return servedCheck.prove(one.target().verifications(), expected, verifyTimeout(), turnover, one.trace());
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "the proof of %s failed with a defect of the agent",
                    one.target().certificateName());
            return new ProofResult.Unproven("the proof failed with a defect of the agent: " + e);
        }
    }

    private Duration verifyTimeout() {
        return verifyTimeout(group.verifyTimeout(), actions.latest());
    }

    /**
     * If validation takes long, because of load or many sites, the reload also takes long.
     *
     * @param commands the time of the latest validation and reload
     */
    static Duration verifyTimeout(Duration configured, Duration commands) {
        Duration scaled = commands.multipliedBy(VERIFY_TIME_PER_COMMAND_TIME);
        Duration limited = scaled.compareTo(LONGEST_SCALED_VERIFY_TIME) < 0 ? scaled : LONGEST_SCALED_VERIFY_TIME;
        return limited.compareTo(configured) > 0 ? limited : configured;
    }

    private static void commit(Activation one) {
        try {
            one.target().commit();
        } catch (IOException e) {
            // The certificate is served and proven. The next deployment repeats what is missing (link, pruning).
            LOG.warnf(
                    e,
                    "the cleanup after the deployment of %s failed; the next deployment repeats it",
                    one.target().certificateName());
        }
    }

    /** Restores the targets without a reload; reports those that cannot be restored. */
    private List<Activation> restored(List<Activation> switches, Problem cause) {
        List<Activation> restored = new ArrayList<>();
        for (Activation one : switches) {
            try {
                one.target().restore();
                endRollback(one);
                restored.add(one);
            } catch (IOException e) {
                report.accept(one, unproven(one, cause, "the previous files could not be restored: " + e));
            }
        }
        return restored;
    }

    private Map<Activation, DeploymentResult> rollBack(Map<Activation, Problem> failed) {
        Map<Activation, DeploymentResult> outcomes = new LinkedHashMap<>();
        Map<Activation, Optional<ExpectedCertificate>> before = new LinkedHashMap<>();
        failed.forEach((one, problem) -> {
            Optional<ExpectedCertificate> previous = one.target().previousLeaf().map(one.expected()::previous);
            try {
                one.target().restore();
                before.put(one, previous);
            } catch (IOException e) {
                outcomes.put(one, unproven(one, problem, "the previous files could not be restored: " + e));
            }
        });
        List<Activation> restored = List.copyOf(before.keySet());
        // The handshakes below decide, not the commands: a configuration that is broken elsewhere fails here, too.
        Optional<Problem> failure = restored.isEmpty() ? Optional.empty() : actions.validateAndApply(restored);
        String commandFailure = failure.map(
                        f -> "; " + f.detail() + ": " + f.evidence().orElse(""))
                .orElse("");
        outcomes.putAll(
                inParallel(restored, one -> verifyRollback(one, before.get(one), failed.get(one), commandFailure)));
        restored.forEach(ActivationBatch::endRollback);
        return outcomes;
    }

    private DeploymentResult verifyRollback(
            Activation one, Optional<ExpectedCertificate> before, Problem problem, String commandFailure) {
        if (before.isEmpty()) {
            return unproven(one, problem, "no certificate was installed before" + commandFailure);
        }
        // A server that keeps its processes may have kept this certificate, which then needs no turnover.
        return switch (prove(one, before.get(), Turnover.UNKNOWN)) {
            // The certificate was installed before, but the first handshake did not show it.
            case ProofResult.Proven proven
            when before.get().fingerprint().equals(one.generation().fingerprint()) ->
                new DeploymentResult.Deployed(one.generation().name(), proven);
            case ProofResult.Proven proven ->
                new DeploymentResult.RolledBack(before.get().fingerprint(), problem);
            case ProofResult.Unproven unseen ->
                unproven(one, problem, "after the rollback, " + unseen.evidence() + commandFailure);
        };
    }

    private static DeploymentResult unproven(Activation one, Problem problem, String rollback) {
        LOG.errorf(
                "ALARM: the rollback of %s on server '%s' is unproven: %s; %s; check the server by hand, see"
                        + " docs/reference/errors.md#%s",
                one.target().certificateName(),
                one.target().group().name(),
                problem.detail(),
                rollback,
                problem.code().wireName());
        return new DeploymentResult.Unproven(Problem.of(
                problem.code(),
                problem.detail() + "; " + rollback,
                problem.evidence().orElse(null)));
    }

    private static void endRollback(Activation one) {
        try {
            one.target().endRollback();
        } catch (IOException e) {
            LOG.warnf(
                    e,
                    "the cleanup after the rollback of %s failed; the next deployment repeats it",
                    one.target().certificateName());
        }
    }

    private static <T> Map<Activation, T> inParallel(List<Activation> switches, Function<Activation, T> work) {
        Map<Activation, Future<T>> futures = new LinkedHashMap<>();
        try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
            switches.forEach(one -> futures.put(one, executor.submit(() -> work.apply(one))));
        }
        Map<Activation, T> results = new LinkedHashMap<>();
        futures.forEach((one, future) -> results.put(one, result(future)));
        return results;
    }

    private static <T> T result(Future<T> future) {
        return switch (future.state()) {
            case SUCCESS -> future.resultNow();
            case RUNNING, FAILED, CANCELLED ->
                throw new IllegalStateException("a proof ended in an error", future.exceptionNow());
        };
    }
}
