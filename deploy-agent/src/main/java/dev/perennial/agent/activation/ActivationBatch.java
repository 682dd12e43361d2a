package dev.perennial.agent.activation;

import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.target.CrashPoint;
import dev.perennial.agent.target.CrashPoints;
import dev.perennial.agent.target.includefile.WebServer;
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
 * Switches that go together: one test and one reload for all, a proof for each. If the test or the reload fails, all go
 * back and are tried one at a time, so that one bad certificate fails alone. The caller holds the server's lock.
 */
final class ActivationBatch {
    private static final Logger LOG = Logger.getLogger(ActivationBatch.class);

    private static final int SETTLE_PER_COMMAND_TIME = 10;

    private final WebServer server;
    private final GroupActions controls;
    private final ServedCertificateCheck prover;
    private final CrashPoints waypoints;
    private final BiConsumer<Activation, DeploymentResult> report;

    ActivationBatch(
            WebServer server,
            GroupActions controls,
            ServedCertificateCheck prover,
            CrashPoints waypoints,
            BiConsumer<Activation, DeploymentResult> report) {
        this.server = server;
        this.controls = controls;
        this.prover = prover;
        this.waypoints = waypoints;
        this.report = report;
    }

    void run(List<Activation> wanted) {
        List<Activation> switched = switchAll(wanted);
        if (switched.isEmpty()) {
            return;
        }
        Optional<Problem> failure = controls.testAndReload(switched);
        if (failure.isEmpty()) {
            conclude(switched, proveAll(switched));
        } else if (switched.size() == 1) {
            goBack(Map.of(switched.getFirst(), failure.get())).forEach(report);
        } else {
            LOG.warnf(
                    "%d deployments were gathered and failed together; each is tried alone: %s",
                    switched.size(), failure.get().detail());
            oneByOne(restored(switched, failure.get()));
        }
    }

    private void conclude(List<Activation> switched, Map<Activation, ProofResult> proofs) {
        Map<Activation, Problem> unproven = new LinkedHashMap<>();
        proofs.forEach((one, proof) -> {
            switch (proof) {
                case ProofResult.Proven proven -> {
                    commit(one);
                    report.accept(
                            one, new DeploymentResult.Deployed(one.generation().name(), proven));
                }
                case ProofResult.Unproven nothing ->
                    unproven.put(
                            one,
                            Problem.of(
                                    ErrorCode.HANDSHAKE_MISMATCH,
                                    "the certificate was not served within " + settle().toMillis()
                                            + " ms after the reload",
                                    nothing.evidence()));
            }
        });
        if (unproven.isEmpty()) {
            return;
        }
        Map<Activation, DeploymentResult> back = goBack(unproven);
        boolean allFailed = unproven.size() == switched.size() && switched.size() > 1;
        if (allFailed && back.values().stream().anyMatch(DeploymentResult.RolledBack.class::isInstance)) {
            // A reload that reports success and changes nothing (nginx on a signal, for example): one of them may be
            // the
            // reason. With no way back proven it is the server that is gone, and trying each would only take long.
            back.forEach((one, outcome) -> {
                if (!(outcome instanceof DeploymentResult.RolledBack)) {
                    report.accept(one, outcome);
                }
            });
            oneByOne(back.keySet().stream()
                    .filter(one -> back.get(one) instanceof DeploymentResult.RolledBack)
                    .toList());
        } else {
            back.forEach(report);
        }
    }

    private void oneByOne(List<Activation> switches) {
        switches.forEach(one -> run(List.of(one)));
    }

    private List<Activation> switchAll(List<Activation> wanted) {
        List<Activation> switched = new ArrayList<>();
        for (Activation one : wanted) {
            try {
                one.installation().switchTo(one.generation());
                switched.add(one);
            } catch (IOException e) {
                Problem problem =
                        Problem.of(ErrorCode.INSTALL_FAILED, "the include file could not be replaced", e.toString());
                restored(List.of(one), problem)
                        .forEach(back -> report.accept(back, new DeploymentResult.Untouched(problem)));
            }
        }
        return switched;
    }

    private Map<Activation, ProofResult> proveAll(List<Activation> switches) {
        return inParallel(switches, one -> {
            ProofResult proof = prover.prove(
                    one.site().probe(), one.serverName(), one.generation().fingerprint(), settle(), one.trace());
            waypoints.passed(CrashPoint.PROVEN, one.site());
            return proof;
        });
    }

    /** A server whose configuration took long to test takes long to load it, too: on a busy host, or with many sites. */
    private Duration settle() {
        Duration asLongAsItNeeds = controls.spent().multipliedBy(SETTLE_PER_COMMAND_TIME);
        return asLongAsItNeeds.compareTo(server.settle()) > 0 ? asLongAsItNeeds : server.settle();
    }

    private static void commit(Activation one) {
        try {
            one.installation().commit();
        } catch (IOException e) {
            // It is served and proven; what is left undone (link, pruning) the next deployment does.
            LOG.warnf(
                    e,
                    "tidying up after the deployment of %s failed",
                    one.site().certificateName());
        }
    }

    /** Puts the includes back without telling the server; reports those for which that fails. */
    private List<Activation> restored(List<Activation> switches, Problem because) {
        List<Activation> restored = new ArrayList<>();
        for (Activation one : switches) {
            try {
                one.installation().restore();
                one.installation().forgetSwitch();
                restored.add(one);
            } catch (IOException e) {
                report.accept(one, unproven(one, because, "the include file could not be put back: " + e));
            }
        }
        return restored;
    }

    private Map<Activation, DeploymentResult> goBack(Map<Activation, Problem> failed) {
        Map<Activation, DeploymentResult> outcomes = new LinkedHashMap<>();
        Map<Activation, Optional<String>> before = new LinkedHashMap<>();
        failed.forEach((one, problem) -> {
            Optional<String> fingerprint = one.installation().fingerprintBefore();
            try {
                one.installation().restore();
                before.put(one, fingerprint);
            } catch (IOException e) {
                outcomes.put(one, unproven(one, problem, "the include file could not be put back: " + e));
            }
        });
        List<Activation> restored = List.copyOf(before.keySet());
        // Whether test and reload pass is not the question (a configuration that somebody else broke fails here too);
        // what is served in the end is.
        Optional<Problem> failure = restored.isEmpty() ? Optional.empty() : controls.testAndReload(restored);
        String aside = failure.map(f -> "; " + f.detail() + ": " + f.evidence().orElse(""))
                .orElse("");
        outcomes.putAll(inParallel(restored, one -> wayBack(one, before.get(one), failed.get(one), aside)));
        restored.forEach(one -> forget(one));
        return outcomes;
    }

    private DeploymentResult wayBack(Activation one, Optional<String> before, Problem problem, String aside) {
        if (before.isEmpty()) {
            return unproven(one, problem, "no certificate was installed before" + aside);
        }
        ProofResult proof = prover.prove(one.site().probe(), one.serverName(), before.get(), settle(), one.trace());
        return switch (proof) {
            case ProofResult.Proven proven -> new DeploymentResult.RolledBack(before.get(), problem);
            case ProofResult.Unproven nothing -> unproven(one, problem, "the way back: " + nothing.evidence() + aside);
        };
    }

    private static DeploymentResult unproven(Activation one, Problem problem, String wayBack) {
        LOG.errorf(
                "HOST LEFT UNPROVEN: %s on server '%s': %s; %s",
                one.site().certificateName(), one.site().server().name(), problem.detail(), wayBack);
        return new DeploymentResult.Unproven(Problem.of(
                problem.code(),
                problem.detail() + "; " + wayBack,
                problem.evidence().orElse(null)));
    }

    private static void forget(Activation one) {
        try {
            one.installation().forgetSwitch();
        } catch (IOException e) {
            LOG.warnf(
                    e,
                    "the note of the way back of %s could not be deleted",
                    one.site().certificateName());
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
