/**
 * The signatures of the services: their keys in Vault ({@link dev.perennial.signatures.SigningKeys}, {@link
 * dev.perennial.signatures.VerificationKeys}), and the decision whether a record or an order counts (ADR 20). The package
 * must never log, trace or throw a private key.
 */
package dev.perennial.signatures;
