package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** No certificate came of this attempt. The problem's code says whether another attempt makes sense. */
public record IssuanceFailed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) Problem problem)
        implements IssuanceFact, OrderFact {}
