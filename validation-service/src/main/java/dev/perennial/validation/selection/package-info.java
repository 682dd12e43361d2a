/**
 * Selects the challenge type of an identifier and the DNS provider of a record: first the rules of the issuer, then
 * the configured rules, longest suffix first. Pure: no network, no clock. Used by {@code orders} and {@code dns01}.
 */
package dev.perennial.validation.selection;
