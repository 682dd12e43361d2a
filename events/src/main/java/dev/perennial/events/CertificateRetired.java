package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Perennial stops renewing a certificate. The certificate in use stays until it expires; a new request resumes the
 * renewals.
 *
 * @param orderId its latest order
 * @param reason free text
 */
public record CertificateRetired(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) String reason)
        implements OrderServiceFact, OrderFact {}
