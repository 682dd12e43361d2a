package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An issuer is from now on as it is described here, with the whole of it. Record key is its name; a tombstone takes it away. */
public record IssuerConfigured(
        @JsonProperty(required = true) IssuerSettings settings) implements KeyedState {}
