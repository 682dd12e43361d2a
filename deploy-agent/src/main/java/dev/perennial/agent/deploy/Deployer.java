package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.Activation;
import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.check.BundleCheck;
import dev.perennial.agent.check.BundleCheckResult;
import dev.perennial.agent.host.HostFile;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.target.CrashPoints;
import dev.perennial.agent.target.Generation;
import dev.perennial.agent.target.includefile.IncludeFileLocation;
import dev.perennial.agent.target.includefile.IncludeFileTarget;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.Bundle;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Brings one bundle before the server it belongs to: check, write, switch, reload, prove. */
final class Deployer implements AutoCloseable {
    private final HostFile host;
    private final HostBundles copies;
    private final Clock clock;
    private final CrashPoints waypoints;
    private final ServedCertificateCheck prover = new ServedCertificateCheck();
    private final Map<String, ActivationQueue> queues = new HashMap<>();
    private final Map<String, Lock> places = new ConcurrentHashMap<>();

    Deployer(
            HostFile host,
            HostBundles copies,
            Duration window,
            Clock clock,
            CrashPoints waypoints,
            MeterRegistry meters) {
        this.host = host;
        this.copies = copies;
        this.clock = clock;
        this.waypoints = waypoints;
        host.servers()
                .values()
                .forEach(server -> queues.put(
                        server.name(), new ActivationQueue(server, window, prover, waypoints, meters).started()));
    }

    /** How a deployment ended, and whether anything had to be done for it. */
    record Done(DeploymentResult outcome, boolean changed) {}

    /**
     * Blocks until it is known how it ended. The caller makes sure that one certificate is deployed once at a time.
     *
     * @throws dev.perennial.events.RetryLater where Vault is not available
     */
    Done deploy(Bundle bundle) {
        return switch (destination(bundle)) {
            case Nowhere nowhere -> untouched(nowhere.problem());
            case Somewhere there -> alone(bundle, () -> install(bundle, there.site(), there.serverName()));
        };
    }

    /**
     * Tries everything that {@link #deploy} needs, and touches nothing that is served.
     *
     * @return what a deployment would have failed on
     */
    Optional<Problem> rehearse(Bundle bundle) {
        return switch (destination(bundle)) {
            case Nowhere nowhere -> Optional.of(nowhere.problem());
            case Somewhere there -> alone(bundle, () -> dryRun(bundle, there.site(), there.serverName()));
        };
    }

    private sealed interface Destination {}

    private record Somewhere(IncludeFileLocation site, String serverName) implements Destination {}

    private record Nowhere(Problem problem) implements Destination {}

    /** Where the bundle goes by the host's own file, and whether it is fit to go there. */
    private Destination destination(Bundle bundle) {
        Optional<IncludeFileLocation> site = host.site(bundle.name());
        if (site.isEmpty()) {
            return new Nowhere(Problem.of(
                    ErrorCode.NOT_CONFIGURED_ON_HOST,
                    "no entry of the host's file matches the certificate '" + bundle.name() + "'"));
        }
        return switch (BundleCheck.check(bundle, site.get().probe().serverName(), clock.instant())) {
            case BundleCheckResult.Unsound unsound ->
                new Nowhere(Problem.of(
                        ErrorCode.BUNDLE_REJECTED,
                        "the bundle does not belong together: "
                                + unsound.reasons().getFirst(),
                        String.join("; ", unsound.reasons())));
            case BundleCheckResult.Sound sound -> new Somewhere(site.get(), sound.serverName());
        };
    }

    /** Two certificates of one name (of two owners) must not work in one directory at the same time. */
    private <T> T alone(Bundle bundle, Supplier<T> work) {
        Lock lock = places.computeIfAbsent(bundle.name(), name -> new ReentrantLock());
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Problem> dryRun(Bundle bundle, IncludeFileLocation site, String serverName) {
        try {
            return taken(bundle, new IncludeFileTarget(site, waypoints)).or(() -> new DryRun(prover)
                    .run(bundle, site, serverName, queues.get(site.server().name())));
        } catch (IOException e) {
            return Optional.of(unwritable(e));
        }
    }

    private Optional<Problem> taken(Bundle bundle, IncludeFileTarget installation) throws IOException {
        return installation
                .holder()
                .filter(holder -> !holder.equals(bundle.certificateId()) && lives(holder))
                .map(holder -> Problem.of(
                        ErrorCode.NOT_CONFIGURED_ON_HOST,
                        "another certificate named '" + bundle.name() + "' (" + holder
                                + ") has this place; give one of them another name"));
    }

    private Done install(Bundle bundle, IncludeFileLocation site, String serverName) {
        IncludeFileTarget installation = new IncludeFileTarget(site, waypoints);
        Generation generation;
        try {
            Optional<Problem> taken = taken(bundle, installation);
            if (taken.isPresent()) {
                return untouched(taken.get());
            }
            Optional<Done> already = alreadyServed(bundle, site, serverName, installation);
            if (already.isPresent()) {
                return already.get();
            }
            generation = Spans.inSpan(
                    "install generation", SpanKind.INTERNAL, Map.of(), () -> prepare(installation, bundle));
        } catch (IOException | UncheckedIOException e) {
            return untouched(unwritable(e));
        }
        Activation wanted = new Activation(site, installation, generation, serverName, Context.current());
        return new Done(queues.get(site.server().name()).deploy(wanted), true);
    }

    /** What is installed and served needs no reload: it is proven once more, and a switch cut short becomes final. */
    private Optional<Done> alreadyServed(
            Bundle bundle, IncludeFileLocation site, String serverName, IncludeFileTarget installation) throws IOException {
        Optional<Generation> current = installation.holding(bundle);
        if (current.isEmpty()) {
            return Optional.empty();
        }
        ProofResult proof =
                prover.prove(site.probe(), serverName, bundle.fingerprint(), Duration.ZERO, Context.current());
        if (!(proof instanceof ProofResult.Proven proven)) {
            return Optional.empty();
        }
        installation.commit();
        return Optional.of(new Done(new DeploymentResult.Deployed(current.get().name(), proven), false));
    }

    private boolean lives(CertificateId certificate) {
        return copies.read(certificate).isPresent();
    }

    private static Generation prepare(IncludeFileTarget installation, Bundle bundle) {
        try {
            return installation.prepare(bundle);
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

    @Override
    public void close() {
        queues.values().forEach(ActivationQueue::close);
    }
}
