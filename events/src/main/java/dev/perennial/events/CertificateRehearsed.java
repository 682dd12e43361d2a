package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The dry run on the host passed: each step of an installation was tested with the certificate of a rehearsal, and
 * nothing that the host serves was changed. A failed dry run is reported as {@link DeploymentFailed} for the same
 * order.
 *
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 */
public record CertificateRehearsed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String host,
        @JsonProperty(required = true) String fingerprint)
        implements DeploymentFact, OrderFact {}
