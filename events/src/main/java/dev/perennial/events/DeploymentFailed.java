package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The certificate is not served by the host.
 *
 * @param hostState {@code UNTOUCHED}: nothing was changed; {@code UNPROVEN}: something was, and the way back could not
 *     be proven either
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
    /** How the host was left. */
    public enum HostState {
        UNTOUCHED,
        UNPROVEN
    }
}
