package dev.perennial.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * One problem of a refused call.
 *
 * @param code an error code of {@code docs/errors.md}; later versions add codes
 */
public record ProblemSummary(
        @JsonProperty(required = true) String type,
        @JsonProperty(required = true) String code,
        @JsonProperty(required = true) String detail) {}
