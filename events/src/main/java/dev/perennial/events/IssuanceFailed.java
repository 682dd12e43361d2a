package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The attempt ended without a certificate. The problem's code defines whether a retry can succeed. */
public record IssuanceFailed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) Problem problem)
        implements IssuanceFact, OrderFact {}
