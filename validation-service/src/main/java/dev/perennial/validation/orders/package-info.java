/**
 * Placed orders in, authorized or rejected orders out: the straight line from the CA's authorizations to its verdict.
 * Knows no challenge type; must never finalize and never place.
 */
package dev.perennial.validation.orders;
