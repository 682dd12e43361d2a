package dev.perennial.agent.proof;

import java.util.List;

/** The result of one handshake. */
public sealed interface HandshakeResult {
    /**
     * A chain was served.
     *
     * @param chain SHA-256 of the DER of each certificate as presented, leaf first; lower-case hex
     * @param keyAlgorithm of the leaf's key, as the JDK names it
     * @param protocol as negotiated, for example {@code TLSv1.3}
     */
    record Served(List<String> chain, String keyAlgorithm, String protocol) implements HandshakeResult {
        public Served {
            chain = List.copyOf(chain);
        }

        /** Of the leaf. */
        public String fingerprint() {
            return chain.getFirst();
        }
    }

    /**
     * The connection was accepted, and the handshake failed.
     *
     * @param refused whether the server sent an alert: it may accept another offer
     */
    record HandshakeFailed(String reason, boolean refused) implements HandshakeResult {}

    /** The connection was not accepted. */
    record Unreachable(String reason) implements HandshakeResult {}
}
