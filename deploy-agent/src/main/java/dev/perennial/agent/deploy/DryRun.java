package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.proof.HandshakeResult;
import dev.perennial.agent.proof.LoopbackTlsServer;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.targets.Generation;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.Trial;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.vault.Bundle;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tests each step of a deployment with a bundle that is never served: a connection to the endpoint of the proof, the
 * files, a handshake with key and chain, the validation of the group. It activates and applies nothing, and compares
 * the served certificate before and after.
 */
final class DryRun {
    private static final String UNTOUCHED = "; nothing that is served has changed";

    private final ServedCertificateCheck servedCheck;

    DryRun(ServedCertificateCheck servedCheck) {
        this.servedCheck = servedCheck;
    }

    /** @return the first problem that a deployment would have had */
    Optional<Problem> run(Bundle bundle, Target target, String serverName, ActivationQueue queue) {
        HandshakeResult before = servedCheck.handshake(target.probe(), serverName);
        return reachable(target, before)
                .or(() -> presented(bundle, target, serverName))
                .or(queue::validate)
                .or(() -> unchanged(target, serverName, before, servedCheck.handshake(target.probe(), serverName)));
    }

    private static Optional<Problem> reachable(Target target, HandshakeResult before) {
        return before instanceof HandshakeResult.Unreachable unreachable
                ? Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "no connection to " + target.probe().endpoint()
                                + ", the endpoint that proves the certificate; start the server, or correct 'probe' in the host"
                                + " file"
                                + UNTOUCHED,
                        unreachable.reason()))
                : Optional.empty();
    }

    private Optional<Problem> presented(Bundle bundle, Target target, String serverName) {
        try (Trial files = target.trial(bundle.orderId())) {
            Generation generation = files.write(bundle);
            try (LoopbackTlsServer server =
                    LoopbackTlsServer.of(files.fullChain(generation), files.privateKey(generation))) {
                return presented(bundle, serverName, server);
            }
        } catch (IOException e) {
            return Optional.of(Problem.of(
                    ErrorCode.INSTALL_FAILED,
                    "the files of '" + bundle.name()
                            + "' could not be written; check that the agent may write to "
                            + target.writtenFolders().stream()
                                    .map(Path::toString)
                                    .collect(Collectors.joining(" and "))
                            + ", and that 'owner' and 'group' of the host file exist" + UNTOUCHED,
                    e.toString()));
        }
    }

    private Optional<Problem> presented(Bundle bundle, String serverName, LoopbackTlsServer server) {
        ProofResult proof =
                servedCheck.prove(server.probe(), serverName, bundle.fingerprint(), Duration.ZERO, Context.current());
        return switch (proof) {
            case ProofResult.Proven proven -> Optional.empty();
            case ProofResult.Unproven unproven ->
                Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "a handshake on the loopback with the key and chain did not show the certificate" + UNTOUCHED,
                        unproven.evidence()));
        };
    }

    private static Optional<Problem> unchanged(
            Target target, String serverName, HandshakeResult before, HandshakeResult after) {
        return fingerprint(before).equals(fingerprint(after))
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "the certificate that " + target.probe().endpoint() + " serves for '" + serverName
                                + "' changed during the dry run: another program changes this server; the dry run is"
                                + " retried",
                        "before: " + text(before) + ", after: " + text(after)));
    }

    private static Optional<String> fingerprint(HandshakeResult result) {
        return result instanceof HandshakeResult.Served served ? Optional.of(served.fingerprint()) : Optional.empty();
    }

    private static String text(HandshakeResult result) {
        return switch (result) {
            case HandshakeResult.Served served -> served.fingerprint();
            case HandshakeResult.HandshakeFailed failed -> "no handshake (" + failed.reason() + ")";
            case HandshakeResult.Unreachable unreachable -> "no connection (" + unreachable.reason() + ")";
        };
    }
}
