package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The answer to a request that is within policy.
 *
 * @param requestId the CloudEvents id of the request, or the REST call's idempotency key
 * @param disposition what the request led to
 */
public record CertificateAccepted(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String requestId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) Disposition disposition)
        implements OrderServiceFact, OrderFact {
    /** What a request led to. */
    public enum Disposition {
        /** A new order was made. */
        ORDERED,
        /** An order for the same certificate is already running; it is the answer. */
        ALREADY_RUNNING,
        /** The certificate is issued as asked and not due; nothing to do. */
        ALREADY_CURRENT
    }
}
