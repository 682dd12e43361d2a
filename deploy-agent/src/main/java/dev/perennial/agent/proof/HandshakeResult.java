package dev.perennial.agent.proof;

/** What one handshake showed. */
public sealed interface HandshakeResult {
    /**
     * A leaf was served.
     *
     * @param fingerprint SHA-256 of its DER, lower-case hex
     * @param protocol as negotiated, for example {@code TLSv1.3}
     */
    record Served(String fingerprint, String protocol) implements HandshakeResult {}

    /** No handshake: something accepted the connection, and it came to nothing. */
    record Nothing(String reason) implements HandshakeResult {}

    /** Nobody accepted the connection. */
    record Unreachable(String reason) implements HandshakeResult {}
}
