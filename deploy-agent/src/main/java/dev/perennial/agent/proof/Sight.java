package dev.perennial.agent.proof;

/** What one handshake showed. */
public sealed interface Sight {
    /**
     * A leaf was served.
     *
     * @param fingerprint SHA-256 of its DER, lower-case hex
     * @param protocol as negotiated, for example {@code TLSv1.3}
     */
    record Served(String fingerprint, String protocol) implements Sight {}

    /** No handshake. */
    record Nothing(String reason) implements Sight {}
}
