/**
 * Simulates many certificates over a long time on a virtual clock: {@code ./perennial simulate}. The pure rules of the
 * order-service decide when a certificate is renewed, whether the budget permits an order, and when it is retried. CAs,
 * validations and the capacity of the fleet are models. The simulation must never use the system clock, or a random number that
 * does not come from the seed.
 */
package dev.perennial.simulation;
