package dev.perennial.agent.proof;

import java.util.Optional;

/**
 * What handshakes at one endpoint have shown.
 *
 * @param endpoint {@code address:port}
 * @param protocol before the handshake, as in the host file
 * @param serverName the SNI value of the first handshake
 * @param tlsVersion as negotiated, for example {@code TLSv1.3}
 * @param names the number of names for which a handshake was made
 * @param turnover how it was ascertained that no process serves another certificate; empty if nothing was reloaded
 */
public record Proof(
        String endpoint,
        String protocol,
        String serverName,
        String tlsVersion,
        int names,
        Optional<Turnover> turnover) {
    /** How the end of a reload was ascertained. */
    public enum Turnover {
        /** No process from before the reload accepted connections during the handshakes. */
        COMPLETE,
        /** Handshakes some time apart agreed. */
        SAMPLED
    }
}
