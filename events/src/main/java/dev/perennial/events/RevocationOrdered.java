package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An instruction to revoke a certificate at its CA now, and to destroy its key in Vault.
 *
 * @param orderId the order that it was issued for
 * @param name the certificate's name, unique per owner
 * @param issuer the CA that issued it
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param serial lower-case hex without leading zeros
 * @param leaf the certificate in PEM
 * @param hosts that may have a copy of its bundle
 * @param retired whether the certificate is retired: then its whole bundle is destroyed
 */
public record RevocationOrdered(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String issuer,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) String serial,
        @JsonProperty(required = true) String leaf,
        @JsonProperty(required = true) RevocationReason reason,
        @JsonProperty(required = true) List<String> hosts,
        @JsonProperty(required = true) boolean retired)
        implements OrderServiceFact, OrderFact {
    public RevocationOrdered {
        hosts = List.copyOf(hosts);
    }
}
