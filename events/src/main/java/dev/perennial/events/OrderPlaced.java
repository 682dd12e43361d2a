package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The CA has the order and waits for proof of control. */
public record OrderPlaced(@JsonProperty(required = true) Order order) implements OrderServiceFact, OrderFact {
    @Override
    public CertificateId certificateId() {
        return order.certificateId();
    }

    @Override
    public OrderId orderId() {
        return order.orderId();
    }
}
