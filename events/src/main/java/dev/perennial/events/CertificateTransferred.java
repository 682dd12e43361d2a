package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The certificate belongs to another owner. Its id, its key and what is deployed are unchanged; its next order is for the new
 * owner.
 *
 * @param orderId its latest order
 * @param formerOwner the owner before
 * @param owner the owner from now on
 */
public record CertificateTransferred(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String formerOwner,
        @JsonProperty(required = true) String owner)
        implements OrderServiceFact, OrderFact {}
