package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A TLS handshake proved that the host serves the certificate.
 *
 * @param endpoint the endpoint of the handshake, {@code address:port}
 * @param serverName the SNI value sent
 * @param tlsProtocol as negotiated, for example {@code TLSv1.3}
 * @param generation the generation directory's name on the host
 */
public record CertificateDeployed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String host,
        @JsonProperty(required = true) String serial,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) String endpoint,
        @JsonProperty(required = true) String serverName,
        @JsonProperty(required = true) String tlsProtocol,
        @JsonProperty(required = true) String generation)
        implements DeploymentFact, OrderFact {}
