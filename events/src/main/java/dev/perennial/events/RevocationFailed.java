package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The certificate is not revoked, or its key is not destroyed. The problem's code defines whether a retry can succeed.
 *
 * @param orderId the order that it was issued for
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 */
public record RevocationFailed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) Problem problem)
        implements IssuanceFact, OrderFact {}
