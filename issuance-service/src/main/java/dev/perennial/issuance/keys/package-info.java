/**
 * Private keys of certificates: made here, carried as {@link dev.perennial.issuance.keys.CertificateKey}, which shows
 * itself to nobody. It must never log, trace or throw key material, and knows no Vault and no CA.
 */
package dev.perennial.issuance.keys;
