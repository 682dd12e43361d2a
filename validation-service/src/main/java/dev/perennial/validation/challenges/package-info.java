/**
 * The live challenge responses of all replicas, and the interface that each challenge type implements. The package
 * {@code orders} presents and withdraws responses, the responders look them up. This package makes no decision about
 * an order.
 */
package dev.perennial.validation.challenges;
