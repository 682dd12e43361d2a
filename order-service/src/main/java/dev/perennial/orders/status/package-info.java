/**
 * Watches whether certificates that are in use were revoked: by the lists (CRL, RFC 5280) and responders (OCSP, RFC 6960) that they name.
 * Called by nobody: it works off the chore {@code CHECK_STATUS}. It must never believe what is not signed by the issuing CA, nor go to an
 * address that is not public unless it is told to: the URLs come out of certificates.
 */
package dev.perennial.orders.status;
