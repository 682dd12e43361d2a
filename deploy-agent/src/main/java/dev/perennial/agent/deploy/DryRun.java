package dev.perennial.agent.deploy;

import dev.perennial.agent.activation.ActivationQueue;
import dev.perennial.agent.proof.HandshakeResult;
import dev.perennial.agent.proof.LoopbackTlsServer;
import dev.perennial.agent.proof.ProofResult;
import dev.perennial.agent.proof.ServedCertificateCheck;
import dev.perennial.agent.target.Generation;
import dev.perennial.agent.target.includefile.IncludeFileLocation;
import dev.perennial.agent.target.includefile.IncludeFileTrial;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.vault.Bundle;
import io.opentelemetry.context.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Everything that an installation needs, tried one after the other with a bundle that is never served: the port where it would be
 * proven, the files, a handshake with key and chain, the server's configuration test. What the server serves is looked at before and after. It
 * switches nothing and reloads nothing.
 */
final class DryRun {
    private static final String UNTOUCHED = "; nothing that is served was touched";

    private final ServedCertificateCheck prover;

    DryRun(ServedCertificateCheck prover) {
        this.prover = prover;
    }

    /** @return the first thing that an installation would have failed on */
    Optional<Problem> run(Bundle bundle, IncludeFileLocation site, String serverName, ActivationQueue server) {
        HandshakeResult before = prover.look(site.probe(), serverName);
        return reachable(site, before)
                .or(() -> presented(bundle, site, serverName))
                .or(server::test)
                .or(() -> unchanged(site, serverName, before, prover.look(site.probe(), serverName)));
    }

    private static Optional<Problem> reachable(IncludeFileLocation site, HandshakeResult before) {
        return before instanceof HandshakeResult.Unreachable unreachable
                ? Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "nobody accepts connections at " + site.probe().endpoint()
                                + ", where the certificate would have to be proven; start the server, or mend 'probe' in the host's file"
                                + UNTOUCHED,
                        unreachable.reason()))
                : Optional.empty();
    }

    private Optional<Problem> presented(Bundle bundle, IncludeFileLocation site, String serverName) {
        try (IncludeFileTrial files = new IncludeFileTrial(site, bundle.orderId())) {
            Generation generation = files.write(bundle);
            try (LoopbackTlsServer server =
                    LoopbackTlsServer.of(files.fullChain(generation), files.privateKey(generation))) {
                return seen(bundle, serverName, server);
            }
        } catch (IOException e) {
            return Optional.of(Problem.of(
                    ErrorCode.INSTALL_FAILED,
                    "the files of '" + bundle.name()
                            + "' could not be written as an installation writes them; see that the agent may write to "
                            + site.directory() + " and to the folder of " + site.include()
                            + ", and that 'owner' and 'group' of the host's file exist" + UNTOUCHED,
                    e.toString()));
        }
    }

    private Optional<Problem> seen(Bundle bundle, String serverName, LoopbackTlsServer server) {
        ProofResult proof =
                prover.prove(server.probe(), serverName, bundle.fingerprint(), Duration.ZERO, Context.current());
        return switch (proof) {
            case ProofResult.Proven proven -> Optional.empty();
            case ProofResult.Unproven unproven ->
                Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "key and chain, presented by the agent on the loopback, did not show the certificate in a handshake"
                                + UNTOUCHED,
                        unproven.evidence()));
        };
    }

    private static Optional<Problem> unchanged(
            IncludeFileLocation site, String serverName, HandshakeResult before, HandshakeResult after) {
        return fingerprint(before).equals(fingerprint(after))
                ? Optional.empty()
                : Optional.of(Problem.of(
                        ErrorCode.HANDSHAKE_MISMATCH,
                        "what " + site.probe().endpoint() + " serves for '" + serverName
                                + "' changed while the dry run was made; somebody else is at work on this server, it is tried again",
                        "before: " + words(before) + ", after: " + words(after)));
    }

    private static Optional<String> fingerprint(HandshakeResult sight) {
        return sight instanceof HandshakeResult.Served served ? Optional.of(served.fingerprint()) : Optional.empty();
    }

    private static String words(HandshakeResult sight) {
        return switch (sight) {
            case HandshakeResult.Served served -> served.fingerprint();
            case HandshakeResult.Nothing nothing -> "no handshake (" + nothing.reason() + ")";
            case HandshakeResult.Unreachable unreachable -> "no connection (" + unreachable.reason() + ")";
        };
    }
}
