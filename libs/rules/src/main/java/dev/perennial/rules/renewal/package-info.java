/**
 * When a certificate is to be renewed, and why. Pure: the same facts always give the same moment, on every replica and in the
 * simulation. Called by {@code renewal}. It must never look at a clock, a row or a random number.
 */
package dev.perennial.rules.renewal;
