package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.BundleCheck;
import dev.perennial.agent.check.BundleCheckResult;
import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Target;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Bundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/** Deploys one bundle to all its targets: check, prepare, activate, validate, apply, verify. */
final class Deployer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Deployer.class);

    private final HostFile host;
    private final HostBundles bundles;
    private final Clock clock;
    private final CrashPoints crashPoints;
    private final ServedCertificateCheck servedCheck = new ServedCertificateCheck();
    private final Map<String, ActivationQueue> queues = new HashMap<>();
    private final Map<String, Lock> locks = new ConcurrentHashMap<>();

    Deployer(
            HostFile host,
            HostBundles bundles,
            Duration window,
            Clock clock,
            CrashPoints crashPoints,
            MeterRegistry meters) {
        this.host = host;
        this.bundles = bundles;
        this.clock = clock;
        this.crashPoints = crashPoints;
        host.groups()
                .values()
                .forEach(group -> queues.put(
                        group.name(), new ActivationQueue(group, window, servedCheck, crashPoints, meters).started()));
    }

    /** The result of a deployment, and whether it changed anything on the host. */
    record Done(DeploymentResult outcome, boolean changed) {}

    /**
     * Blocks until the results of all targets are known. The caller ensures that a certificate has one deployment at a
     * time.
     *
     * @throws RetryLater if Vault is not available or the certificate is not valid yet
     */
    Done deploy(Bundle bundle) {
        return switch (destination(bundle)) {
            case Rejected rejected -> untouched(rejected.problem());
            case Accepted accepted -> {
                requireValid(accepted.validFrom());
                yield exclusively(bundle, () -> deployTo(accepted.targets()));
            }
        };
    }

    /** All are prepared before the first is activated, so that the targets of one group share a reload. */
    private static Done deployTo(List<TargetDeployment> targets) {
        List<TargetDeployment.Step> steps = inParallel(targets, (target, i) -> target.prepare());
        List<Done> done = inParallel(targets, (target, i) -> target.complete(steps.get(i)));
        List<HostResult.TargetResult> results = IntStream.range(0, targets.size())
                .mapToObj(i -> new HostResult.TargetResult(
                        targets.get(i).target().name(), done.get(i).outcome()))
                .toList();
        return new Done(HostResult.of(results), done.stream().anyMatch(Done::changed));
    }

    /** @param work gets a target and its index */
    private static <T> List<T> inParallel(
            List<TargetDeployment> targets, BiFunction<TargetDeployment, Integer, T> work) {
        if (targets.size() == 1) {
            return List.of(work.apply(targets.getFirst(), 0));
        }
        List<Future<T>> futures;
        try (ExecutorService executor = Context.taskWrapping(Executors.newVirtualThreadPerTaskExecutor())) {
            futures = IntStream.range(0, targets.size())
                    .mapToObj(i -> executor.submit(() -> work.apply(targets.get(i), i)))
                    .toList();
        }
        return futures.stream().map(Deployer::result).toList();
    }

    private static <T> T result(Future<T> future) {
        return switch (future.state()) {
            case SUCCESS -> future.resultNow();
            case RUNNING, FAILED, CANCELLED -> {
                if (future.exceptionNow() instanceof RetryLater later) {
                    throw later;
                }
                throw new IllegalStateException("the deployment to a target failed", future.exceptionNow());
            }
        };
    }

    private void requireValid(Instant from) {
        if (clock.instant().isBefore(from)) {
            throw new RetryLater(Problem.of(
                            ErrorCode.BUNDLE_REJECTED,
                            "the certificate is not valid before " + from
                                    + "; until then, the host serves the previous one")
                    .nextAttempt(from));
        }
    }

    /**
     * Runs every step of {@link #deploy} that has no effect on the served certificates.
     *
     * @return the problem that a deployment would have
     */
    Optional<Problem> dryRun(Bundle bundle) {
        return switch (destination(bundle)) {
            case Rejected rejected -> Optional.of(rejected.problem());
            case Accepted accepted -> exclusively(bundle, () -> dryRunOf(accepted.targets()));
        };
    }

    private static Optional<Problem> dryRunOf(List<TargetDeployment> targets) {
        return HostResult.ofDryRun(targets.stream()
                .map(one -> new HostResult.TargetProblem(one.target().name(), one.dryRun()))
                .toList());
    }

    private sealed interface Destination {}

    private record Accepted(List<TargetDeployment> targets, Instant validFrom) implements Destination {}

    private record Rejected(Problem problem) implements Destination {}

    /** The targets by the host file, if the bundle passes the checks. */
    private Destination destination(Bundle bundle) {
        List<Target> targets = host.targets(bundle.name(), crashPoints);
        if (targets.isEmpty()) {
            return new Rejected(Problem.of(
                    ErrorCode.NOT_CONFIGURED_ON_HOST,
                    "no entry of the host file matches the certificate '" + bundle.name()
                            + "'; add one, or remove the host from the certificate's targets"));
        }
        List<String> required = targets.stream()
                .flatMap(target -> target.verifications().stream())
                .flatMap(verification -> verification.requiredName().stream())
                .distinct()
                .toList();
        return switch (BundleCheck.check(bundle, required, clock.instant())) {
            case BundleCheckResult.Inconsistent inconsistent ->
                new Rejected(Problem.of(
                        ErrorCode.BUNDLE_REJECTED,
                        "the bundle failed its checks: "
                                + inconsistent.reasons().getFirst(),
                        String.join("; ", inconsistent.reasons())));
            case BundleCheckResult.Consistent consistent -> {
                ExpectedCertificate expected = ExpectedCertificate.of(consistent.chain());
                yield new Accepted(
                        targets.stream()
                                .map(target -> new TargetDeployment(
                                        bundle,
                                        target,
                                        expected,
                                        bundles,
                                        servedCheck,
                                        queues.get(target.group().name())))
                                .toList(),
                        consistent.validFrom());
            }
        };
    }

    /** Two certificates of the same name (from two owners) must not be installed in one directory at the same time. */
    private <T> T exclusively(Bundle bundle, Supplier<T> work) {
        Lock lock = locks.computeIfAbsent(bundle.name(), name -> new ReentrantLock());
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    static Done untouched(Problem problem) {
        return new Done(new DeploymentResult.Untouched(problem), true);
    }

    /** Deletes the keys that a killed process left in incomplete files. Call it before the first deployment. */
    void deleteUnfinished() {
        try {
            host.deleteUnfinished();
        } catch (IOException | UncheckedIOException | DirectoryIteratorException e) {
            LOG.warnf(e, "incomplete files of an earlier process could not be deleted; the next start repeats it");
        }
    }

    /** A server can then start before its first certificate. Call it before the first deployment. */
    void preparePlaceholders() {
        try {
            host.preparePlaceholders(crashPoints);
        } catch (IOException e) {
            LOG.warnf(e, "a placeholder could not be written; a server without its file may not start");
        }
    }

    @Override
    public void close() {
        queues.values().forEach(ActivationQueue::close);
    }
}
