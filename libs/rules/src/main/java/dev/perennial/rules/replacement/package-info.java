/**
 * The rules for replacing many certificates: ranking, forecast at the limits of the CAs, the threshold at which a run stops, and the
 * transitions of a run. No class here reads a clock, a row or a random number.
 */
package dev.perennial.rules.replacement;
