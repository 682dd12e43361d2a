package dev.perennial.cli;

import java.net.URI;

/** The identity provider cannot be reached, or is out of service; a later attempt can succeed. */
final class ProviderUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ProviderUnreachableException(URI endpoint, String reason) {
        super("cannot reach the identity provider at " + endpoint + ": " + reason, null, false, false);
    }
}
