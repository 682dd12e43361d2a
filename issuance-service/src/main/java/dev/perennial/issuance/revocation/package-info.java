/**
 * From {@code revocation.ordered} to {@code certificate.revoked}: the CA first, then the keys in Vault. Each step is
 * idempotent. The package must never destroy secrets of a certificate that is newer than the revoked one.
 */
package dev.perennial.issuance.revocation;
