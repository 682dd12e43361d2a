package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Control of every identifier is proven to the CA; the order can be finalized. */
public record OrderAuthorized(@JsonProperty(required = true) Order order) implements ValidationFact, OrderFact {
    @Override
    public CertificateId certificateId() {
        return order.certificateId();
    }

    @Override
    public OrderId orderId() {
        return order.orderId();
    }
}
