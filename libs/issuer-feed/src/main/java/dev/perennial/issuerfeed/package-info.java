/**
 * Consumes the settings of issuers and produces the bean {@code Issuers}. A service declares the channel in its own
 * configuration.
 */
package dev.perennial.issuerfeed;
