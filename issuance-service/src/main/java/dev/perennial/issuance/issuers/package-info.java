/**
 * Hears which issuers there are. Called by {@code issuing} by way of the {@code Issuers} it produces; it must never change one.
 */
package dev.perennial.issuance.issuers;
