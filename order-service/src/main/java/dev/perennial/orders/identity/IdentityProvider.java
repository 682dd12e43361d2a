package dev.perennial.orders.identity;

import dev.perennial.events.ResourceName;
import dev.perennial.rules.access.ClaimRule;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.OidcTenantConfigBuilder;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A configured identity provider. */
record IdentityProvider(
        String name,
        URI issuer,
        String audience,
        String principalClaim,
        Optional<String> tlsConfiguration,
        List<ClaimRule> rules) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** How often a token with an unknown key makes the provider's keys be read again, at most. */
    private static final Duration KEYS_READ_AGAIN = Duration.ofMinutes(1);

    /** @throws IllegalStateException naming the property, if the configuration is not valid */
    static IdentityProvider of(String name, IdentityProvidersConfig.Provider config) {
        String property = "perennial.identity-providers." + name;
        require(ResourceName.is(name), property + ": the name of a provider must match [a-z0-9][a-z0-9._-]{0,62}");
        require(isTrustworthy(config.issuer()), property + ".issuer: https is required, got " + config.issuer());
        require(!config.audience().isBlank(), property + ".audience: is empty");
        return new IdentityProvider(
                name,
                config.issuer(),
                config.audience(),
                config.principalClaim(),
                config.tlsConfiguration(),
                IntStream.range(0, config.grants().size())
                        .mapToObj(index -> rule(
                                property + ".grants[" + index + "]",
                                config.grants().get(index)))
                        .toList());
    }

    /** A principal whose id no token of another provider can have. */
    String principal(String claim) {
        return "user:" + claim + "@" + name;
    }

    /** Verifies access tokens as JWTs with the provider's public keys; nothing is sent to the provider. */
    OidcTenantConfig tenant() {
        OidcTenantConfigBuilder tenant = OidcTenantConfig.builder()
                .tenantId(name)
                .authServerUrl(issuer.toString())
                .clientId(audience)
                .connectionTimeout(TIMEOUT)
                .token()
                .issuer(issuer.toString())
                .audience(audience)
                .allowJwtIntrospection(false)
                .allowOpaqueTokenIntrospection(false)
                .forcedJwkRefreshInterval(KEYS_READ_AGAIN)
                .end();
        tlsConfiguration.ifPresent(tenant::tlsConfigurationName);
        return tenant.build();
    }

    private static boolean isTrustworthy(URI issuer) {
        return issuer.getHost() != null
                && ("https".equals(issuer.getScheme())
                        || "http".equals(issuer.getScheme()) && LOOPBACK.contains(issuer.getHost()));
    }

    private static ClaimRule rule(String property, IdentityProvidersConfig.Rule config) {
        Role role = Role.of(config.role())
                .orElseThrow(failure(property + ".role: one of "
                        + Arrays.stream(Role.values()).map(Role::wireName).toList() + " is required"));
        require(
                config.owners().isPresent() != config.ownersClaim().isPresent(),
                property + ": either owners or owners-claim is required");
        require(
                config.ownersPrefix().isEmpty() || config.ownersClaim().isPresent(),
                property + ".owners-prefix: requires owners-claim");
        try {
            return new ClaimRule(
                    config.claim(),
                    config.value(),
                    role,
                    config.owners()
                            .<ClaimRule.Owners>map(owners -> new ClaimRule.NamedOwners(Set.copyOf(owners)))
                            .orElseGet(() -> new ClaimRule.OwnersOfClaim(
                                    config.ownersClaim().orElseThrow(),
                                    config.ownersPrefix().orElse(""))),
                    Set.copyOf(config.names().orElse(List.of(Grant.ALL))),
                    Set.copyOf(config.issuers().orElse(List.of(Grant.ALL))));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(property + ": " + e.getMessage(), e);
        }
    }

    private static void require(boolean valid, String message) {
        if (!valid) {
            throw new IllegalStateException(message);
        }
    }

    private static Supplier<IllegalStateException> failure(String message) {
        return () -> new IllegalStateException(message);
    }
}
