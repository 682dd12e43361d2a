package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.Activation;
import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.activation.DeploymentResult;
import dev.perennial.agent.proof.ExpectedCertificate;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.vault.Bundle;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** Deploys a checked bundle to one of its targets. */
final class TargetDeployment {
    private final Bundle bundle;
    private final Target target;
    private final ExpectedCertificate expected;
    private final HostBundles bundles;
    private final ServedCertificateCheck servedCheck;
    private final ActivationQueue queue;

    TargetDeployment(
            Bundle bundle,
            Target target,
            ExpectedCertificate expected,
            HostBundles bundles,
            ServedCertificateCheck servedCheck,
            ActivationQueue queue) {
        this.bundle = bundle;
        this.target = target;
        this.expected = expected;
        this.bundles = bundles;
        this.servedCheck = servedCheck;
        this.queue = queue;
    }

    Target target() {
        return target;
    }

    /** What remains to be done. */
    sealed interface Step {
        record Ended(Deployer.Done done) implements Step {}

        record Ready(Activation activation) implements Step {}
    }

    /** Writes the generation, unless the target presents the certificate already or cannot present it. */
    Step prepare() {
        try {
            Optional<Problem> conflict = conflict();
            if (conflict.isPresent()) {
                return new Step.Ended(Deployer.untouched(conflict.get()));
            }
            Optional<Deployer.Done> already = alreadyServed();
            if (already.isPresent()) {
                return new Step.Ended(already.get());
            }
            Generation generation =
                    Spans.inSpan("install generation", SpanKind.INTERNAL, Map.of(), this::writeGeneration);
            return new Step.Ready(new Activation(target, generation, expected, Context.current()));
        } catch (IOException | UncheckedIOException e) {
            return new Step.Ended(Deployer.untouched(unwritable(e)));
        }
    }

    /** Blocks until the result is known. */
    Deployer.Done complete(Step step) {
        return switch (step) {
            case Step.Ended ended -> ended.done();
            case Step.Ready ready -> new Deployer.Done(queue.deploy(ready.activation()), true);
        };
    }

    /** @return the problem that a deployment would have */
    Optional<Problem> dryRun() {
        try {
            return conflict().or(() -> new DryRun(servedCheck).run(bundle, target, expected, queue));
        } catch (IOException e) {
            return Optional.of(unwritable(e));
        }
    }

    private Optional<Problem> conflict() throws IOException {
        return target.holder()
                .filter(holder -> !holder.equals(bundle.certificateId())
                        && bundles.read(holder).isPresent())
                .map(holder -> Problem.of(
                        ErrorCode.NOT_CONFIGURED_ON_HOST,
                        "another certificate named '" + bundle.name() + "' (" + holder
                                + ") is installed here; rename one of them"));
    }

    /**
     * An installed certificate that is served needs no reload: handshakes prove it, and an interrupted activation is
     * committed.
     */
    private Optional<Deployer.Done> alreadyServed() throws IOException {
        Optional<Generation> current = target.active(bundle);
        if (current.isEmpty()) {
            return Optional.empty();
        }
        ProofResult proof = servedCheck.prove(target.verifications(), expected, Context.current());
        if (!(proof instanceof ProofResult.Proven proven)) {
            return Optional.empty();
        }
        target.commit();
        return Optional.of(
                new Deployer.Done(new DeploymentResult.Deployed(current.get().name(), proven), false));
    }

    private Generation writeGeneration() {
        try {
            return target.prepare(bundle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Problem unwritable(Exception e) {
        return Problem.of(ErrorCode.INSTALL_FAILED, "the certificate's files could not be written", e.toString());
    }
}
