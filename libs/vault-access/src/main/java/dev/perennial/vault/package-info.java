/**
 * Secrets in Vault or OpenBao: KV v2 behind {@link dev.perennial.vault.SecretStore}, reached with an AppRole whose
 * token is renewed. The only place that imports the Vault driver. It must never log, trace or throw a value.
 */
package dev.perennial.vault;
