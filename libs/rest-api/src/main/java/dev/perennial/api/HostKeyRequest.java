package dev.perennial.api;

/**
 * A public P-256 key as JSON Web Key (RFC 7517 and RFC 7518 section 6.2.1), as the agent writes it to its {@code .pub} file.
 *
 * @param kty EC
 * @param crv P-256
 * @param x in base64url
 * @param y in base64url
 */
public record HostKeyRequest(String kty, String crv, String x, String y) {}
