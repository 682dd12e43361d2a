/**
 * Many certificates over a long time on a virtual clock: when each is renewed, whether its budget lets it, and when it is tried again
 * are decided by the order-service's own pure rules; CA, proofs and the fleet's capacity are models. Behind {@code ./perennial simulate}.
 * It must never look at a real clock or a random number that does not come from the seed.
 */
package dev.perennial.simulation;
