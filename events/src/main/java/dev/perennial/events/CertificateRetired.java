package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A certificate is not kept alive any more. What is served stays, until it expires; a new request keeps it alive again.
 *
 * @param orderId its latest order
 * @param because who or what ended it, in words
 */
public record CertificateRetired(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) String because)
        implements OrderServiceFact, OrderFact {}
