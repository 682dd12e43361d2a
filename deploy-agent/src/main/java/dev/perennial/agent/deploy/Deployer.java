package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.Activation;
import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.BundleCheck;
import dev.perennial.agent.check.BundleCheckResult;
import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.Bundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Deploys one bundle to its target: check, prepare, activate, validate, apply, verify. */
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
     * Blocks until the result is known. The caller ensures that a certificate has one deployment at a time.
     *
     * @throws RetryLater if Vault is not available or the certificate is not valid yet
     */
    Done deploy(Bundle bundle) {
        return switch (destination(bundle)) {
            case Rejected rejected -> untouched(rejected.problem());
            case Accepted accepted -> {
                requireValid(accepted.validFrom());
                yield exclusively(bundle, () -> install(bundle, accepted.target(), accepted.expected()));
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
            case Accepted accepted -> exclusively(bundle, () -> dryRun(bundle, accepted.target(), accepted.expected()));
        };
    }

    private sealed interface Destination {}

    private record Accepted(Target target, ExpectedCertificate expected, Instant validFrom) implements Destination {}

    private record Rejected(Problem problem) implements Destination {}

    /** The target by the host file, if the bundle passes the checks. */
    private Destination destination(Bundle bundle) {
        Optional<Target> target = host.target(bundle.name(), crashPoints);
        if (target.isEmpty()) {
            return new Rejected(Problem.of(
                    ErrorCode.NOT_CONFIGURED_ON_HOST,
                    "no entry of the host file matches the certificate '" + bundle.name()
                            + "'; add one, or remove the host from the certificate's targets"));
        }
        List<String> required = target.get().verifications().stream()
                .flatMap(verification -> verification.requiredName().stream())
                .toList();
        return switch (BundleCheck.check(bundle, required, clock.instant())) {
            case BundleCheckResult.Inconsistent inconsistent ->
                new Rejected(Problem.of(
                        ErrorCode.BUNDLE_REJECTED,
                        "the bundle failed its checks: "
                                + inconsistent.reasons().getFirst(),
                        String.join("; ", inconsistent.reasons())));
            case BundleCheckResult.Consistent consistent ->
                new Accepted(target.get(), ExpectedCertificate.of(consistent.chain()), consistent.validFrom());
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

    private Optional<Problem> dryRun(Bundle bundle, Target target, ExpectedCertificate expected) {
        try {
            return conflict(bundle, target).or(() -> new DryRun(servedCheck)
                    .run(bundle, target, expected, queues.get(target.group().name())));
        } catch (IOException e) {
            return Optional.of(unwritable(e));
        }
    }

    private Optional<Problem> conflict(Bundle bundle, Target target) throws IOException {
        return target.holder()
                .filter(holder -> !holder.equals(bundle.certificateId()) && exists(holder))
                .map(holder -> Problem.of(
                        ErrorCode.NOT_CONFIGURED_ON_HOST,
                        "another certificate named '" + bundle.name() + "' (" + holder
                                + ") is installed here; rename one of them"));
    }

    private Done install(Bundle bundle, Target target, ExpectedCertificate expected) {
        Generation generation;
        try {
            Optional<Problem> conflict = conflict(bundle, target);
            if (conflict.isPresent()) {
                return untouched(conflict.get());
            }
            Optional<Done> already = alreadyServed(bundle, target, expected);
            if (already.isPresent()) {
                return already.get();
            }
            generation = Spans.inSpan("install generation", SpanKind.INTERNAL, Map.of(), () -> prepare(target, bundle));
        } catch (IOException | UncheckedIOException e) {
            return untouched(unwritable(e));
        }
        Activation activation = new Activation(target, generation, expected, Context.current());
        return new Done(queues.get(target.group().name()).deploy(activation), true);
    }

    /**
     * An installed certificate that is served needs no reload: handshakes prove it, and an interrupted activation is
     * committed.
     */
    private Optional<Done> alreadyServed(Bundle bundle, Target target, ExpectedCertificate expected)
            throws IOException {
        Optional<Generation> current = target.active(bundle);
        if (current.isEmpty()) {
            return Optional.empty();
        }
        ProofResult proof = servedCheck.prove(target.verifications(), expected, Duration.ZERO, Context.current());
        if (!(proof instanceof ProofResult.Proven proven)) {
            return Optional.empty();
        }
        target.commit();
        return Optional.of(new Done(new DeploymentResult.Deployed(current.get().name(), proven), false));
    }

    private boolean exists(CertificateId certificate) {
        return bundles.read(certificate).isPresent();
    }

    private static Generation prepare(Target target, Bundle bundle) {
        try {
            return target.prepare(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Problem unwritable(Exception e) {
        return Problem.of(ErrorCode.INSTALL_FAILED, "the certificate's files could not be written", e.toString());
    }

    private static Done untouched(Problem problem) {
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

    @Override
    public void close() {
        queues.values().forEach(ActivationQueue::close);
    }
}
