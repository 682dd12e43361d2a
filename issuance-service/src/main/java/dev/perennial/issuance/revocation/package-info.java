/**
 * From {@code revocation.ordered} to {@code certificate.revoked}: the CA first, then the keys in Vault, each step safe to repeat. It must
 * never destroy anything of a certificate that is newer than the one that was revoked.
 */
package dev.perennial.issuance.revocation;
