package dev.perennial.orders.identity;

import dev.perennial.events.WireText;
import dev.perennial.rules.access.ClaimRule;
import dev.perennial.rules.access.Principal;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.OidcRequestContext;
import io.quarkus.oidc.OidcTenantConfig;
import io.quarkus.oidc.TenantConfigResolver;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.oidc.runtime.OidcJwtCallerPrincipal;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;

/** Verifies the access tokens of the configured identity providers. */
@Singleton
public class IdentityProviders implements TenantConfigResolver {
    private static final Logger LOG = Logger.getLogger(IdentityProviders.class);
    private static final String PROVIDER = "perennial.identity-provider";
    private static final int MAX_PRINCIPAL = 255;

    /** Requests that may wait for a provider at the same time. Anyone can send a token that names its issuer. */
    private static final int MAX_CHECKS = 64;

    private final Semaphore checks = new Semaphore(MAX_CHECKS);
    private final Map<String, IdentityProvider> byIssuer;
    private final OidcAuthenticationMechanism mechanism;
    private final IdentityProviderManager identities;

    @Inject
    public IdentityProviders(
            IdentityProvidersConfig config, OidcAuthenticationMechanism mechanism, IdentityProviderManager identities) {
        this.byIssuer = config.providers().entrySet().stream()
                .map(entry -> IdentityProvider.of(entry.getKey(), entry.getValue()))
                .collect(Collectors.toUnmodifiableMap(
                        provider -> provider.issuer().toString(), provider -> provider));
        this.mechanism = mechanism;
        this.identities = identities;
    }

    /**
     * The principal of the bearer token of a request.
     *
     * @param token of the request
     * @return fails with {@link TokenRejectedException} or {@link ProviderUnavailableException}
     */
    public Uni<Principal> authenticate(RoutingContext call, String token) {
        // The claim selects the keys with which the token must then be verified.
        Optional<IdentityProvider> provider = TokenClaims.unverified(token)
                .flatMap(claims -> claims.text("iss"))
                .map(byIssuer::get);
        if (provider.isEmpty()) {
            return Uni.createFrom().failure(new TokenRejectedException("the token is not valid"));
        }
        if (!checks.tryAcquire()) {
            return Uni.createFrom()
                    .failure(new ProviderUnavailableException("too many tokens are checked at the same time"));
        }
        call.put(PROVIDER, provider.get());
        return mechanism
                .authenticate(call, identities)
                .onTermination()
                .invoke(() -> checks.release())
                .onFailure(AuthenticationFailedException.class)
                .transform(failure -> new TokenRejectedException(reason(failure)))
                .onFailure(OIDCException.class)
                .transform(failure -> unavailable(provider.get(), failure))
                .map(identity -> principal(provider.get(), identity));
    }

    private static ProviderUnavailableException unavailable(IdentityProvider provider, Throwable failure) {
        LOG.warnf(
                "the identity provider %s at %s does not respond: %s; its tokens are refused with status 503",
                provider.name(), provider.issuer(), failure);
        return new ProviderUnavailableException("the identity provider '" + provider.name() + "' does not respond");
    }

    /** The provider of the token that is being verified. */
    @Override
    public Uni<OidcTenantConfig> resolve(RoutingContext call, OidcRequestContext<OidcTenantConfig> context) {
        IdentityProvider provider = call.get(PROVIDER);
        return Uni.createFrom().item(provider.tenant());
    }

    private static Principal principal(IdentityProvider provider, SecurityIdentity identity) {
        TokenClaims claims = Optional.ofNullable(identity)
                .map(SecurityIdentity::getPrincipal)
                .filter(OidcJwtCallerPrincipal.class::isInstance)
                .map(OidcJwtCallerPrincipal.class::cast)
                .flatMap(verified -> TokenClaims.unverified(verified.getRawToken()))
                .orElseThrow(() -> new TokenRejectedException("the token is not a JWT"));
        String id = claims.text(provider.principalClaim())
                .filter(text -> !text.isBlank() && text.length() <= MAX_PRINCIPAL && WireText.is(text))
                .orElseThrow(() -> new TokenRejectedException(
                        "the claim '" + provider.principalClaim() + "' is absent or too long"));
        return new Principal(provider.principal(id), ClaimRule.grants(provider.rules(), claims));
    }

    /** Nothing of the token is repeated. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidJwtException invalid) {
                return reason(invalid);
            }
        }
        return "the token is not valid";
    }

    private static String reason(InvalidJwtException invalid) {
        if (invalid.hasErrorCode(ErrorCodes.EXPIRED)) {
            return "the token has expired";
        }
        if (invalid.hasErrorCode(ErrorCodes.AUDIENCE_INVALID) || invalid.hasErrorCode(ErrorCodes.AUDIENCE_MISSING)) {
            return "the token is for another audience";
        }
        return "the token is not valid";
    }
}
