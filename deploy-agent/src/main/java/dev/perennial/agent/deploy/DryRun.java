package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.proof.ExpectedCertificate;
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
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tests each step of a deployment with a bundle that is never served: a connection to each endpoint of the proof, the
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
    Optional<Problem> run(Bundle bundle, Target target, ExpectedCertificate expected, ActivationQueue queue) {
        List<HandshakeResult> before = served(target, expected);
        return reachable(target, before)
                .or(() -> presented(bundle, target, expected))
                .or(queue::validate)
                .or(() -> unchanged(target, before, served(target, expected)));
    }

    private List<HandshakeResult> served(Target target, ExpectedCertificate expected) {
        return servedCheck.handshakes(target.verifications(), expected.names());
    }

    private static Optional<Problem> reachable(Target target, List<HandshakeResult> before) {
        for (int i = 0; i < before.size(); i++) {
            if (before.get(i) instanceof HandshakeResult.Unreachable unreachable) {
                return Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "no connection to " + target.verifications().get(i).endpoint()
                                + ", an endpoint that proves the certificate; start the server, or correct 'verify' in the"
                                + " host file"
                                + UNTOUCHED,
                        unreachable.reason()));
            }
        }
        return Optional.empty();
    }

    private Optional<Problem> presented(Bundle bundle, Target target, ExpectedCertificate expected) {
        try (Trial files = target.trial(bundle.orderId())) {
            Generation generation = files.write(bundle);
            try (LoopbackTlsServer server =
                    LoopbackTlsServer.of(files.fullChain(generation), files.privateKey(generation))) {
                return presented(expected, server);
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

    private Optional<Problem> presented(ExpectedCertificate expected, LoopbackTlsServer server) {
        ProofResult proof = servedCheck.prove(List.of(server.verification()), expected, Context.current());
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
            Target target, List<HandshakeResult> before, List<HandshakeResult> after) {
        for (int i = 0; i < before.size(); i++) {
            if (!fingerprint(before.get(i)).equals(fingerprint(after.get(i)))) {
                return Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "the certificate that "
                                + target.verifications().get(i).endpoint()
                                + " serves changed during the dry run: another program changes this server; the dry run is"
                                + " retried",
                        "before: " + text(before.get(i)) + ", after: " + text(after.get(i))));
            }
        }
        return Optional.empty();
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
