package dev.perennial.agent.proof;

/** The result of one handshake. */
public sealed interface HandshakeResult {
    /**
     * A leaf was served.
     *
     * @param fingerprint SHA-256 of its DER, lower-case hex
     * @param protocol as negotiated, for example {@code TLSv1.3}
     */
    record Served(String fingerprint, String protocol) implements HandshakeResult {}

    /** The connection was accepted, and the handshake failed. */
    record HandshakeFailed(String reason) implements HandshakeResult {}

    /** The connection was not accepted. */
    record Unreachable(String reason) implements HandshakeResult {}
}
