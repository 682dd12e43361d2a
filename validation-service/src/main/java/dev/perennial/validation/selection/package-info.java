/**
 * Which challenge an identifier is proven by, and which DNS provider writes a record: an issuer's rules, then those of the configuration, longest
 * suffix first. Pure. Called by {@code orders} and {@code dns01}; it must never look at the network or at a clock.
 */
package dev.perennial.validation.selection;
