/**
 * From {@code order.authorized} to {@code certificate.issued}: the numbered steps of
 * {@link dev.perennial.issuance.issuing.Issuance}, each safe to repeat. It must never finalize before the key is in Vault,
 * and never acknowledge before the result is on Kafka.
 */
package dev.perennial.issuance.issuing;
