package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An issued certificate is going to be revoked: one for each that the request leads to, since a compromised key may be in several.
 *
 * @param orderId the order that it came of
 * @param requestId the CloudEvents id of the request, or the REST call's idempotency key
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param serial lower-case hex without leading zeros
 * @param replacedFirst whether a new certificate is to be served before this one is revoked
 */
public record RevocationAccepted(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String requestId,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) String serial,
        @JsonProperty(required = true) RevocationReason reason,
        @JsonProperty(required = true) boolean replacedFirst)
        implements OrderServiceFact, OrderFact {}
