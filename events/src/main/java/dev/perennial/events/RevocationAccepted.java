package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * An issued certificate will be revoked. A request yields one such event for each certificate that it affects, because
 * several may share a compromised key.
 *
 * @param orderId the order that it was issued for
 * @param requestId the CloudEvents id of the request, or the REST call's idempotency key
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param serial lower-case hex without leading zeros
 * @param replacedFirst whether a new certificate must be served before this one is revoked
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
