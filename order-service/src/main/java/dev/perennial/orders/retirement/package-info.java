/**
 * Ends what nobody needs: a certificate that is not wanted or not served any more, a dead name among living ones. Called by {@code rest},
 * {@code requests}, {@code revocation} and by {@code renewal} before it renews. It must never touch what is served: that stays until it
 * expires.
 */
package dev.perennial.orders.retirement;
