package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The certificate is to be revoked at its CA now, and its key to be destroyed in Vault.
 *
 * @param orderId the order that it came of
 * @param name the certificate's name, unique per owner
 * @param issuer the CA that issued it
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param serial lower-case hex without leading zeros
 * @param leaf in PEM
 * @param hosts that may have a copy of its bundle
 * @param retired that the certificate is not kept alive: nothing of its bundle is to be left
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
