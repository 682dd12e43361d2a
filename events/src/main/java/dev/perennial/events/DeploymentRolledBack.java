package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The new certificate could not be proven, so the one before was put back and proven by a handshake.
 *
 * @param fingerprint the certificate that was to be deployed
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
