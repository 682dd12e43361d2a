package dev.perennial.orders.identity;

import dev.perennial.events.Initiator;
import dev.perennial.orders.access.ConfiguredRules;
import dev.perennial.orders.identity.TokenVerifier.UnknownKeyException;
import dev.perennial.rules.access.ClaimRule;
import dev.perennial.rules.access.ConfiguredGrant;
import dev.perennial.rules.access.Membership;
import dev.perennial.rules.access.Principal;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jose4j.jwk.JsonWebKey;

/** Verifies the access tokens of the configured identity providers. */
@ApplicationScoped
public class IdentityProviders implements ConfiguredRules {
    private static final int MAX_PRINCIPAL = 255;

    private record Known(IdentityProvider provider, TokenVerifier verifier, ProviderKeys keys) {}

    private final Map<String, Known> byIssuer;

    @Inject
    public IdentityProviders(IdentityProvidersConfig config) {
        this.byIssuer = config.providers().entrySet().stream()
                .map(entry -> IdentityProvider.of(entry.getKey(), entry.getValue()))
                .map(IdentityProviders::known)
                .collect(Collectors.toUnmodifiableMap(
                        known -> known.provider().issuer().toString(), known -> known));
    }

    private static Known known(IdentityProvider provider) {
        ProviderMetadata metadata = new ProviderMetadata(provider.issuer(), provider.tls());
        return new Known(
                provider,
                new TokenVerifier(provider),
                new ProviderKeys(provider.name(), metadata::keys, ProviderKeys.Intervals.USUAL));
    }

    void stop(@Observes ShutdownEvent event) {
        byIssuer.values().forEach(known -> known.keys().close());
    }

    /**
     * The principal of a bearer token. Verifies a signature, which takes about a millisecond.
     *
     * @param members the memberships that tokens of a provider can have, which are read after the verification
     * @throws TokenRejectedException if no provider is known to have issued it, or it is not valid
     * @throws ProviderUnavailableException if the keys of its provider could not be read yet
     */
    public Principal authenticate(String token, Function<String, List<Membership>> members) {
        TokenClaims claims = TokenClaims.unverified(token).orElseThrow(IdentityProviders::invalid);
        // The claim selects the keys with which the token must then be verified.
        Known known = claims.text("iss").map(byIssuer::get).orElseThrow(IdentityProviders::invalid);
        List<JsonWebKey> keys = known.keys()
                .current()
                .orElseThrow(() -> new ProviderUnavailableException(
                        "the keys of the identity provider '" + known.provider().name() + "' cannot be read"));
        try {
            known.verifier().verify(token, claims, keys);
            return principal(known.provider(), claims, members);
        } catch (UnknownKeyException e) {
            known.keys().readSoon();
            throw new TokenRejectedException(
                    "the token is not valid, or signed with a new key of the identity provider; try again in some seconds");
        }
    }

    @Override
    public boolean contains(ConfiguredGrant grant) {
        return byIssuer.values().stream().anyMatch(known -> known.provider().contains(grant));
    }

    private static TokenRejectedException invalid() {
        return new TokenRejectedException("the token is not valid");
    }

    private static Principal principal(
            IdentityProvider provider, TokenClaims claims, Function<String, List<Membership>> members) {
        String id = Optional.of(provider.principalClaim())
                .flatMap(claims::text)
                .filter(text -> !text.isEmpty() && text.length() <= MAX_PRINCIPAL)
                .filter(Initiator::isPrintable)
                .orElseThrow(() -> new TokenRejectedException(
                        "the claim '" + provider.principalClaim() + "' is absent, too long or not printable"));
        // Each claim is read once, however many owners have it in their policy.
        Map<String, Set<String>> read = new HashMap<>();
        ClaimRule.Claims values = claim -> read.computeIfAbsent(claim, claims::values);
        return new Principal(
                provider.principal(id),
                List.of(),
                ClaimRule.grants(provider.name(), provider.rules(), values),
                members.apply(provider.name()).stream()
                        .filter(membership -> membership.isOf(values))
                        .toList());
    }
}
