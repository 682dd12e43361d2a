package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The host does not serve the certificate.
 *
 * @param hostState {@code UNTOUCHED}: nothing was changed; {@code UNPROVEN}: files were changed, and a handshake could
 *     not prove the rollback either
 */
public record DeploymentFailed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String host,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) HostState hostState,
        @JsonProperty(required = true) Problem problem)
        implements DeploymentFact, OrderFact {
    /** The state of the host after the failure. */
    public enum HostState {
        UNTOUCHED,
        UNPROVEN
    }
}
