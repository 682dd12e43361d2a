package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * TLS handshakes proved that the host serves the certificate.
 *
 * @param endpoint the endpoint of the first proof, {@code address:port}
 * @param serverName the SNI value of the first proof
 * @param tlsProtocol of the first proof as negotiated, for example {@code TLSv1.3}
 * @param generation the generation directory's name on the host
 * @param proofs one for each endpoint that the host verifies, at most {@value #MOST_PROOFS}; empty in records of earlier
 *     versions
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
        @JsonProperty(required = true) String generation,
        List<Proof> proofs)
        implements DeploymentFact, OrderFact {
    /** The largest number of proofs that a host writes, and that a reader uses. */
    public static final int MOST_PROOFS = 16;

    public CertificateDeployed {
        proofs = proofs == null ? List.of() : List.copyOf(proofs);
    }

    /** Without proofs, as earlier versions write it. */
    public CertificateDeployed(
            CertificateId certificateId,
            OrderId orderId,
            String name,
            String host,
            String serial,
            String fingerprint,
            String endpoint,
            String serverName,
            String tlsProtocol,
            String generation) {
        this(
                certificateId,
                orderId,
                name,
                host,
                serial,
                fingerprint,
                endpoint,
                serverName,
                tlsProtocol,
                generation,
                List.of());
    }

    /**
     * What handshakes at one endpoint have shown.
     *
     * @param endpoint {@code address:port}
     * @param protocol before the handshake, as the host file names it, for example {@code smtp}
     * @param serverName the SNI value of the first handshake
     * @param tlsVersion as negotiated
     * @param names the number of names for which a handshake was made
     * @param turnover {@code COMPLETE} if no process from before the reload accepted connections, {@code SAMPLED} if
     *     handshakes some time apart agreed; absent if nothing was reloaded
     */
    public record Proof(
            @JsonProperty(required = true) String endpoint,
            @JsonProperty(required = true) String protocol,
            @JsonProperty(required = true) String serverName,
            @JsonProperty(required = true) String tlsVersion,
            @JsonProperty(required = true) int names,
            Optional<String> turnover) {}
}
