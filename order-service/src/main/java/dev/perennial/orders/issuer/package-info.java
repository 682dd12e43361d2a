/**
 * The configured CAs: a table, changed over REST or by a file at start. Each change is audited and published to the
 * other services. {@code IssuerRules} is pure, {@code IssuerChanges} commits, {@code IssuerRegistry} is the read
 * side. No secret is stored here, and no CA is contacted.
 */
package dev.perennial.orders.issuer;
