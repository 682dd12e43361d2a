/**
 * How many certificates are replaced together: who comes first, how long it takes at the CAs' limits, when a run stops by itself, what it
 * may be told when. Pure. Called by {@code replacement}. It must never look at a clock, a row or a random number.
 */
package dev.perennial.rules.replacement;
