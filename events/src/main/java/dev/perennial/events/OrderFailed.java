package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The order is abandoned: it is not retried without a new request. */
public record OrderFailed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) Problem problem)
        implements IssuanceFollowUp, OrderFact {}
