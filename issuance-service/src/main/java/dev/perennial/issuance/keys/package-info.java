/**
 * Generates the private keys of certificates and carries them as {@link dev.perennial.issuance.keys.CertificateKey}.
 * The package must never log, trace or throw key material, and has no access to Vault or a CA.
 */
package dev.perennial.issuance.keys;
