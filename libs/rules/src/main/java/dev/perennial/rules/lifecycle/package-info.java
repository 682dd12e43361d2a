/**
 * The legal moves of an order: a pure function of its state, an input and the time. Called by {@code
 * OrderTransitions} of the order-service and by the simulation. It never reads a clock, a row or a topic, and never
 * throws because of an input.
 */
package dev.perennial.rules.lifecycle;
