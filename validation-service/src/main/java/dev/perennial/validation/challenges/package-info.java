/**
 * What is answered to challenges right now, by every replica, and the seam behind which each challenge type is one class.
 * Called by {@code orders} (to present and withdraw) and by the responders (to look up). It must never decide about an order.
 */
package dev.perennial.validation.challenges;
