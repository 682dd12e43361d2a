package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The URLs of an order at the CA (RFC 8555 section 7.1.3). They are part of the events, so that no service has to request from the
 * CA what another service already knows.
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
