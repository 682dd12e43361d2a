package dev.perennial.validation.dns01;

import dev.perennial.validation.selection.ChallengeRules;
import dev.perennial.vault.SecretStore;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** All configured providers. The process does not start if the configuration of one is invalid. */
@ApplicationScoped
class DnsProviders {
    private final ChallengeRules rules;
    private final Map<String, Account> accounts;

    /** @param propagationLimit how long its servers may take to serve a record */
    record Account(String name, DnsProvider provider, Duration propagationLimit) {}

    @Inject
    DnsProviders(ProvidersConfig config, ChallengeRules rules, SecretStore secrets) {
        this(rules, accounts(config, secrets));
    }

    DnsProviders(ChallengeRules rules, Map<String, Account> accounts) {
        this.rules = rules;
        this.accounts = Map.copyOf(accounts);
    }

    /** The same accounts, selected by other rules. */
    DnsProviders withRules(ChallengeRules others) {
        return new DnsProviders(others, accounts);
    }

    Collection<Account> all() {
        return accounts.values();
    }

    /** False if a rule of the issuer names a provider, even a missing one: the missing provider must be reported. */
    boolean isEmpty() {
        return accounts.isEmpty()
                && rules.ofIssuer().stream().allMatch(rule -> rule.provider().isEmpty());
    }

    /**
     * @param recordName after following CNAMEs
     * @throws dev.perennial.validation.challenges.PresentationException if no provider is configured for it
     */
    Account of(String recordName) {
        Optional<String> named = rules.provider(recordName);
        return named.map(accounts::get)
                .orElseThrow(() -> DnsErrors.refused(
                        named.map(name -> "the issuer's rules name the DNS provider '" + name + "' for " + recordName
                                        + ", which perennial.dns-providers does not define")
                                .orElse("no DNS provider is configured for " + recordName
                                        + "; name one in perennial.challenges, or set the zone of one in"
                                        + " perennial.dns-providers"),
                        "configured: " + accounts.keySet()));
    }

    private static Map<String, Account> accounts(ProvidersConfig config, SecretStore secrets) {
        Map<String, Account> accounts = new HashMap<>();
        config.providers()
                .forEach((name, provider) -> accounts.put(
                        name,
                        new Account(
                                name,
                                provider(name, provider, new Credentials(name, secrets)),
                                provider.propagationTimeout())));
        return accounts;
    }

    private static DnsProvider provider(String name, ProvidersConfig.Provider config, Credentials credentials) {
        return switch (config.type()) {
            case "rfc2136" -> new Rfc2136Provider(name, config, credentials);
            case "powerdns" -> new PowerDnsProvider(name, config, credentials);
            case "httpreq" -> new HttpreqProvider(name, config, credentials);
            case "cloudflare" -> new CloudflareProvider(name, config, credentials);
            case "route53" -> new Route53Provider(name, config, credentials);
            default ->
                throw new IllegalArgumentException("perennial.dns-providers." + name + ".type is '" + config.type()
                        + "'; possible: rfc2136, powerdns, httpreq, cloudflare, route53");
        };
    }
}
