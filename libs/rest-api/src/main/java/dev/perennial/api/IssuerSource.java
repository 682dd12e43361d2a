package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The interface that manages an issuer. */
public enum IssuerSource {
    @JsonProperty("rest")
    REST,
    @JsonProperty("file")
    FILE
}
