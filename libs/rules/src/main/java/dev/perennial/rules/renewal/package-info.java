/**
 * The renewal time of a certificate and its cause. Equal facts give the same result on every replica and in the
 * simulation. No class here reads a clock, a row or a random number.
 */
package dev.perennial.rules.renewal;
