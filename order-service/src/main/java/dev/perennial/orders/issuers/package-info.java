/**
 * The CAs that certificates may be ordered at: a table, changed over REST or by a file at start, each change audited and told to the
 * other services. {@code IssuerRules} is pure; {@code IssuerChanges} commits; {@code IssuerRegistry} is what everybody else asks. It
 * must never hold a secret, and never ask a CA anything.
 */
package dev.perennial.orders.issuers;
