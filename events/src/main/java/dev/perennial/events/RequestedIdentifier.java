package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An unchecked identifier of a request: the order-service accepts it or refuses it with a reason. */
public record RequestedIdentifier(
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String value) {}
