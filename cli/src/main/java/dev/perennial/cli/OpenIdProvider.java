package dev.perennial.cli;

import java.net.URI;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An identity provider, as a public client uses it (RFC 6749, 2.1).
 *
 * @param deviceAuthorizationEndpoint RFC 8628, 3.1; absent if the provider has no device flow
 * @param tokenEndpoint RFC 6749, 3.2
 * @param revocationEndpoint RFC 7009, 2; absent if the provider revokes no tokens
 */
record OpenIdProvider(
        ProviderHttp http,
        InstantSource clock,
        String issuer,
        Optional<URI> deviceAuthorizationEndpoint,
        URI tokenEndpoint,
        Optional<URI> revocationEndpoint) {

    /** The answer to a token request. */
    sealed interface TokenAnswer {
        record Granted(TokenResponse tokens) implements TokenAnswer {}

        /** @param error the code of RFC 6749, 5.2 or RFC 8628, 3.5 */
        record Refused(String error) implements TokenAnswer {}
    }

    /**
     * Reads the configuration of a provider (OpenID Connect Discovery 1.0, 4).
     *
     * @throws LoginException if the provider names another issuer, or an endpoint that is not secure
     * @throws ProviderUnreachableException if it cannot be reached
     */
    static OpenIdProvider discover(String issuer, ProviderHttp http, InstantSource clock) {
        URI configuration = configuration(issuer);
        ProviderAnswer answer = http.get(configuration);
        if (!answer.succeeded()) {
            throw answer.unusable("instead of its configuration");
        }
        String actual = answer.text("issuer");
        if (!actual.equals(issuer)) {
            throw LoginException.unusable("the identity provider at " + issuer + " names the issuer "
                    + Text.excerpt(actual) + "; specify the exact issuer with --provider");
        }
        return new OpenIdProvider(
                http,
                clock,
                issuer,
                endpoint("device_authorization_endpoint", answer),
                SecureUrl.parse("token_endpoint", answer.text("token_endpoint")),
                endpoint("revocation_endpoint", answer));
    }

    /** Without the last slash of the issuer (OpenID Connect Discovery 1.0, 4.1). */
    private static URI configuration(String issuer) {
        URI url = SecureUrl.parse("the identity provider", issuer);
        if (url.getQuery() != null) {
            throw LoginException.unusable("the identity provider " + Text.excerpt(issuer)
                    + " has a query, which no issuer has; correct it, and run perennial login again");
        }
        return URI.create((issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer)
                + "/.well-known/openid-configuration");
    }

    private static Optional<URI> endpoint(String field, ProviderAnswer answer) {
        return answer.optionalText(field).map(url -> SecureUrl.parse(field, url));
    }

    /**
     * Requests a code for the person who logs in (RFC 8628, 3.1).
     *
     * @param scope separated by spaces
     * @throws LoginException if the provider has no device flow, or refuses it to the client
     * @throws ProviderUnreachableException if it cannot be reached
     */
    DeviceAuthorization authorizeDevice(String clientId, String scope) {
        URI endpoint = deviceAuthorizationEndpoint.orElseThrow(() -> LoginException.unusable("the identity provider "
                + issuer + " does not offer the device authorization grant (RFC 8628); enable it at the provider,"
                + " or use a service token with --token-file"));
        ProviderAnswer answer = http.post(endpoint, form("client_id", clientId, "scope", scope));
        if (!answer.succeeded()) {
            // This request has no secret that the description could repeat.
            String description = answer.optionalText("error_description")
                    .map(text -> " (" + Text.excerpt(text) + ")")
                    .orElse("");
            throw LoginException.unusable("the identity provider refused the login: " + answer.error() + description
                    + "; check --client-id and --scope, and that the client may use the device authorization grant");
        }
        return DeviceAuthorization.of(answer);
    }

    /**
     * Exchanges an approved device code for tokens (RFC 8628, 3.4).
     *
     * @throws LoginException if the answer cannot be used
     * @throws ProviderUnreachableException if the provider cannot be reached
     */
    TokenAnswer exchange(String clientId, String deviceCode) {
        return tokens(form(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:device_code",
                "device_code",
                deviceCode,
                "client_id",
                clientId));
    }

    /**
     * Exchanges a refresh token for tokens (RFC 6749, 6).
     *
     * @throws LoginException if the answer cannot be used
     * @throws ProviderUnreachableException if the provider cannot be reached
     */
    TokenAnswer refresh(String clientId, String refreshToken) {
        return tokens(form("grant_type", "refresh_token", "refresh_token", refreshToken, "client_id", clientId));
    }

    private TokenAnswer tokens(Map<String, String> form) {
        var requestedAt = clock.instant();
        ProviderAnswer answer = http.post(tokenEndpoint, form);
        return answer.succeeded()
                ? new TokenAnswer.Granted(TokenResponse.of(answer, requestedAt))
                : new TokenAnswer.Refused(answer.error());
    }

    /**
     * Revokes a token (RFC 7009, 2.1).
     *
     * @param type {@code refresh_token} or {@code access_token}
     * @throws LoginException if the provider revokes no tokens, or refuses
     * @throws ProviderUnreachableException if it cannot be reached
     */
    void revoke(String clientId, String token, String type) {
        URI endpoint = revocationEndpoint.orElseThrow(
                () -> LoginException.unusable("the identity provider " + issuer + " revokes no tokens (RFC 7009)"));
        ProviderAnswer answer =
                http.post(endpoint, form("token", token, "token_type_hint", type, "client_id", clientId));
        if (!answer.succeeded()) {
            throw LoginException.unusable("the identity provider refused the revocation: " + answer.error());
        }
    }

    private static Map<String, String> form(String... fields) {
        Map<String, String> form = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            form.put(fields[i], fields[i + 1]);
        }
        return form;
    }
}
