/**
 * Replaces many certificates according to a plan that somebody has approved, or only drills it. Called by {@code rest}; a worker of its own
 * releases what is next. It must never make an order before the plan is approved, never break a CA's limit, and never go on when too much
 * of it fails.
 */
package dev.perennial.orders.replacement;
