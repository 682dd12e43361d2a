package dev.perennial.agent.proof;

import dev.perennial.events.Sha256;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the server has shown in a handshake so far. */
final class Observation {
    private static final String TLS_1_2 = "TLSv1.2";

    private List<X509Certificate> chain = List.of();
    private String protocol = "";
    private boolean certificateRequested;
    private boolean cipherChanged;

    void presented(X509Certificate[] presented, String negotiated) {
        chain = Arrays.asList(presented.clone());
        protocol = negotiated;
    }

    void certificateRequested() {
        certificateRequested = true;
    }

    /** The client sent ChangeCipherSpec (RFC 5246 section 7.1). */
    void cipherChanged() {
        cipherChanged = true;
    }

    /** The result of a complete handshake. */
    HandshakeResult.Served served() {
        return new HandshakeResult.Served(
                chain.stream().map(Sha256::fingerprint).toList(),
                chain.getFirst().getPublicKey().getAlgorithm(),
                protocol);
    }

    /** The result of a handshake that the server ended because the client has no certificate. */
    Optional<HandshakeResult.Served> servedButRefused() {
        return certificateRequested && cipherChanged && protocol.equals(TLS_1_2)
                ? Optional.of(served())
                : Optional.empty();
    }
}
