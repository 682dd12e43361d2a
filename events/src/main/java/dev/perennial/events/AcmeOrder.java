package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The URLs of an order at the CA (RFC 8555 section 7.1.3). The events contain them, so that a service needs no request
 * to the CA for data that another service has already read.
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

    public AcmeOrder withExpires(Instant moment) {
        return new AcmeOrder(url, finalizeUrl, authorizationUrls, Optional.of(moment));
    }
}
