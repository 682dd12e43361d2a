/**
 * Ends what is no longer needed: a certificate that is retired or not served, and a name that fails while the others of its certificate can be
 * proven. Called by {@code http}, {@code requests}, {@code renewal} and {@code revocation}.
 */
package dev.perennial.orders.retirement;
