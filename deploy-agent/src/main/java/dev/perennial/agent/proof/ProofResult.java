package dev.perennial.agent.proof;

/** Whether handshakes showed the expected certificate. */
public sealed interface ProofResult {
    /**
     * They showed it.
     *
     * @param endpoint {@code address:port}
     * @param protocol as negotiated
     */
    record Proven(String endpoint, String serverName, String protocol) implements ProofResult {}

    /** They did not show it in time; {@code evidence} says what they showed. */
    record Unproven(String evidence) implements ProofResult {}
}
