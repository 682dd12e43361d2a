package dev.perennial.validation.dns01;

import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;

/** The credentials of one provider in Vault; read at every use, so that a new secret takes effect at once. */
record Credentials(String provider, SecretStore store) {
    /**
     * @throws dev.perennial.validation.challenges.PresentationException if the secret or a field is missing; names
     *     the path and the field
     * @throws dev.perennial.events.RetryLater if Vault is unavailable
     */
    Secret read(String... required) {
        SecretPath path = SecretPath.dnsProvider(provider);
        Secret secret = store.read(path)
                .orElseThrow(() -> DnsErrors.refused(
                        "the DNS provider '" + provider + "' has no credentials in Vault; write them to " + path,
                        "no secret at " + path));
        for (String field : required) {
            if (secret.field(field).isEmpty()) {
                throw DnsErrors.refused(
                        "the credentials of the DNS provider '" + provider
                                + "' in Vault are incomplete; add the missing field",
                        path + " has no field '" + field + "'");
            }
        }
        return secret;
    }
}
