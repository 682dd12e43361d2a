/**
 * Revocations, from the wish to the CA's yes: which certificates it is about, what is replaced first, when the issuance-service is told,
 * and what came of it. Called by {@code requests}, {@code rest} and {@code facts}. It must never revoke what is served before its
 * replacement is, unless the reason or the requester says so.
 */
package dev.perennial.orders.revocation;
