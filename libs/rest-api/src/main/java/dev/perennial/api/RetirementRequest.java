package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** @param reason shown with the certificate, 1 to 500 characters */
public record RetirementRequest(
        @JsonProperty(required = true) String reason) {}
