package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the CA keeps an order (RFC 8555 section 7.1.3). The URLs travel, so that no service has to ask for what
 * another has already been told.
 */
public record AcmeOrder(
        @JsonProperty(required = true) URI url,
        @JsonProperty(required = true) URI finalizeUrl,
        @JsonProperty(required = true) List<URI> authorizationUrls,
        Optional<Instant> expires) {
    public AcmeOrder {
        authorizationUrls = List.copyOf(authorizationUrls);
        expires = expires == null ? Optional.empty() : expires;
    }
}
