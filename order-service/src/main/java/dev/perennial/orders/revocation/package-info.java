/**
 * Revocations, from the request to the CA's confirmation: the selection of certificates, the replacement before the revocation, and the
 * order to the issuance-service. {@code RevocationRules} decides. A certificate is not revoked before its replacement is served, unless the
 * reason or the requester demands it.
 */
package dev.perennial.orders.revocation;
