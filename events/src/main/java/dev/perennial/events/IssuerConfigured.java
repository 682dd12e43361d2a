package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The complete settings of an issuer, which replace the previous ones. Record key is its name; a tombstone removes the
 * issuer.
 */
public record IssuerConfigured(
        @JsonProperty(required = true) IssuerSettings settings) implements KeyedState {}
