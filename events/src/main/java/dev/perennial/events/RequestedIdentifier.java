package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** An identifier as somebody asked for it, not yet checked: the order-service checks it and refuses with a reason. */
public record RequestedIdentifier(
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String value) {}
