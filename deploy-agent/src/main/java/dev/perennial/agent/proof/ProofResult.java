package dev.perennial.agent.proof;

/** Whether the expected certificate was seen being served. */
public sealed interface ProofResult {
    /**
     * It was.
     *
     * @param endpoint {@code address:port}
     * @param protocol as negotiated
     */
    record Proven(String endpoint, String serverName, String protocol) implements ProofResult {}

    /** It was not, within the time; {@code evidence} says what was seen instead. */
    record Unproven(String evidence) implements ProofResult {}
}
