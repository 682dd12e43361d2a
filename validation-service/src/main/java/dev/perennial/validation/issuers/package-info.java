/**
 * Hears which issuers there are. Called by {@code orders} and {@code choice} by way of the {@code Issuers} it produces; it must never change one.
 */
package dev.perennial.validation.issuers;
