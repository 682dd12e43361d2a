package dev.perennial.api;

import java.time.Instant;

/**
 * The X.509 certificate that is in Vault now.
 *
 * @param fingerprint SHA-256 of the DER encoding, in hex
 * @param vaultVersion the KV version of the bundle
 */
public record CurrentCertificate(
        String serial, String fingerprint, Instant notBefore, Instant notAfter, String vaultPath, long vaultVersion) {}
