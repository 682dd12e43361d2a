package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Hosts should have proven by now that they serve what was issued. Their copies are looked after, and they are told again.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param hosts that have said nothing, or that they do not serve it
 */
public record DeploymentOverdue(
        @JsonProperty(required = true) Order order,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) List<String> hosts)
        implements IssuanceFollowUp, OrderFact {
    public DeploymentOverdue {
        hosts = List.copyOf(hosts);
    }

    @Override
    public CertificateId certificateId() {
        return order.certificateId();
    }

    @Override
    public OrderId orderId() {
        return order.orderId();
    }
}
