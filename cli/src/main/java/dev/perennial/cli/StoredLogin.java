package dev.perennial.cli;

import java.net.URI;

/**
 * A login of a person.
 *
 * @param provider issuer of the tokens
 * @param scope separated by spaces
 * @param api the only API that receives the access token
 */
record StoredLogin(String provider, String clientId, String scope, URI api, TokenResponse tokens) {
    boolean isFor(URI address) {
        return ApiAddress.isSame(api, address);
    }

    StoredLogin with(TokenResponse renewed) {
        return new StoredLogin(provider, clientId, scope, api, renewed);
    }
}
