package dev.perennial.agent.proof;

/**
 * What handshakes at one endpoint have shown.
 *
 * @param endpoint {@code address:port}
 * @param protocol before the handshake, as in the host file
 * @param serverName the SNI value of the first handshake
 * @param tlsVersion as negotiated, for example {@code TLSv1.3}
 * @param names the number of names for which a handshake was made
 */
public record Proof(String endpoint, String protocol, String serverName, String tlsVersion, int names) {}
