package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Hosts did not prove in time that they serve the issued certificate. Their copies of the bundle are checked, and the
 * issuance is published for them again.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param hosts that reported nothing, or a failure
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
