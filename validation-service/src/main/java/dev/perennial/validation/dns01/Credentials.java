package dev.perennial.validation.dns01;

import dev.perennial.vault.Secret;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;

/** What Vault has for one provider; read at every use, so that a new secret counts at once. */
record Credentials(String provider, SecretStore store) {
    /**
     * @throws dev.perennial.validation.challenges.PresentationException naming the path and the field where one is absent
     * @throws dev.perennial.events.RetryLater where Vault is unavailable
     */
    Secret read(String... required) {
        SecretPath path = SecretPath.dnsProvider(provider);
        Secret secret = store.read(path)
                .orElseThrow(() -> DnsErrors.refused(
                        "the DNS provider '" + provider + "' has no credentials in Vault; write them",
                        "nothing at " + path));
        for (String field : required) {
            if (secret.field(field).isEmpty()) {
                throw DnsErrors.refused(
                        "the credentials of the DNS provider '" + provider
                                + "' are not complete; add the field to Vault",
                        path + " has no field '" + field + "'");
            }
        }
        return secret;
    }
}
