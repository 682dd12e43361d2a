/**
 * Replaces many certificates according to an approved plan, or drills the replacement. Called by {@code http}; its own worker advances the
 * runs. No run exceeds the limits of the CAs or the concurrency of its plan.
 */
package dev.perennial.orders.replacement;
