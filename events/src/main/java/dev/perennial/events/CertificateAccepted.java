package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The answer to a request that is within policy.
 *
 * @param requestId the CloudEvents id of the request, or the REST call's idempotency key
 * @param disposition the effect of the request
 */
public record CertificateAccepted(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String requestId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) Disposition disposition)
        implements OrderServiceFact, OrderFact {
    /** The effect of a request. */
    public enum Disposition {
        /** A new order was created. */
        ORDERED,
        /** An order for the same certificate is already running; the answer contains its id. */
        ALREADY_RUNNING,
        /** The issued certificate matches the request and is not due for renewal, so no order was created. */
        ALREADY_CURRENT
    }
}
