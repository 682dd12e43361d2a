package dev.perennial.agent.proof;

/** Whether handshakes showed the expected certificate. */
public sealed interface ProofResult {
    /**
     * The handshakes showed the certificate.
     *
     * @param endpoint {@code address:port}
     * @param protocol as negotiated
     */
    record Proven(String endpoint, String serverName, String protocol) implements ProofResult {}

    /** The handshakes did not show the certificate in time; {@code evidence} describes what they showed. */
    record Unproven(String evidence) implements ProofResult {}
}
