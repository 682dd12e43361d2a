/**
 * From {@code order.authorized} to {@code certificate.issued}: the numbered steps of {@link
 * dev.perennial.issuance.issuing.Issuance}, each of them idempotent. The package must never finalize before the key is
 * in Vault, and never acknowledge before the result is on Kafka.
 */
package dev.perennial.issuance.issuing;
