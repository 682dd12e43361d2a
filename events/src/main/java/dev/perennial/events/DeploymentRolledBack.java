package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A handshake did not prove the new certificate, so the host was rolled back to the previous one, which a handshake
 * proved.
 *
 * @param fingerprint the certificate that could not be deployed
 * @param servedFingerprint the certificate that is served again
 */
public record DeploymentRolledBack(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String host,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) String servedFingerprint,
        @JsonProperty(required = true) Problem problem)
        implements DeploymentFact, OrderFact {}
