package dev.perennial.orders.identity;

import dev.perennial.events.ResourceName;
import dev.perennial.rules.access.ClaimRule;
import dev.perennial.rules.access.ConfiguredGrant;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import dev.perennial.vault.TrustedRoots;
import java.net.URI;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;

/** A configured identity provider. */
record IdentityProvider(
        String name,
        URI issuer,
        String audience,
        String principalClaim,
        Optional<Path> trustedRootsFile,
        Map<String, String> requiredClaims,
        List<ClaimRule> rules) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @throws IllegalStateException naming the property, if the configuration is not valid */
    static IdentityProvider of(String name, IdentityProvidersConfig.Provider config) {
        String property = "perennial.identity-providers." + name;
        require(ResourceName.isValid(name), property + ": the name of a provider must match " + ResourceName.REGEX);
        require(isTrustworthy(config.issuer()), property + ".issuer: https is required, got " + config.issuer());
        require(!config.audience().isBlank(), property + ".audience: is empty");
        return new IdentityProvider(
                name,
                config.issuer(),
                config.audience(),
                config.principalClaim(),
                config.trustedRootsFile(),
                Map.copyOf(config.requiredClaims()),
                IntStream.range(0, config.grants().size())
                        .mapToObj(index -> rule(
                                property + ".grants[" + index + "]",
                                config.grants().get(index)))
                        .toList());
    }

    /** Whether the rule that gave a grant is one of this provider. */
    boolean contains(ConfiguredGrant grant) {
        return name.equals(grant.provider())
                && rules.stream().anyMatch(rule -> rule.text().equals(grant.rule()));
    }

    /** A principal whose id no token of another provider can have. */
    String principal(String claim) {
        return "user:" + claim + "@" + name;
    }

    /** @throws IllegalStateException if the file of the roots cannot be used */
    SSLContext tls() {
        return trustedRootsFile.map(TrustedRoots::ofFile).orElseGet(IdentityProvider::ofTheJvm);
    }

    private static SSLContext ofTheJvm() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    /** Whether what is read there cannot be changed on the way. */
    static boolean isTrustworthy(URI address) {
        return address.getHost() != null
                && ("https".equals(address.getScheme())
                        || "http".equals(address.getScheme()) && LOOPBACK.contains(address.getHost()));
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
