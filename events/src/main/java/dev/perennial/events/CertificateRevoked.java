package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;

/**
 * The CA has revoked the certificate, and its key is destroyed in Vault.
 *
 * @param orderId the order that it was issued for
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param serial lower-case hex without leading zeros
 * @param revokedAt the time at which the CA confirmed the revocation
 * @param destroyedVersions the number of versions of the bundle and of the hosts' copies that this delivery destroyed
 */
public record CertificateRevoked(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) String serial,
        @JsonProperty(required = true) RevocationReason reason,
        @JsonProperty(required = true) Instant revokedAt,
        @JsonProperty(required = true) int destroyedVersions)
        implements IssuanceFact, OrderFact {}
