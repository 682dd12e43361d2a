/**
 * The model of a CA's rate limits: a pure function of state and time. Called by {@code issuer.limits} of the
 * order-service, which stores the state, and by the simulation. No class here reads a clock, a row, the network or a
 * random number.
 */
package dev.perennial.rules.limits;
