package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The CA issued the certificate, it passed every check, and key and chain are in Vault.
 *
 * @param serial lower-case hex without leading zeros
 * @param fingerprint SHA-256 of the leaf's DER, lower-case hex
 * @param chain public certificates in PEM, leaf first, without the root
 * @param vaultPath path of the bundle below the KV mount; a target host reads its own copy
 * @param vaultVersion KV v2 version of the bundle
 * @param rehearsal whether it must never be served: hosts make a dry run with it and report {@link
 *     CertificateRehearsed}; false if absent
 * @param issuer the issuer at which it was ordered; absent if an older version published it
 * @param signedOrder the order as the order-service signed it, unchanged; absent if the order had none
 */
public record CertificateIssued(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) List<Identifier> identifiers,
        @JsonProperty(required = true) List<String> targets,
        @JsonProperty(required = true) String serial,
        @JsonProperty(required = true) String fingerprint,
        @JsonProperty(required = true) Instant notBefore,
        @JsonProperty(required = true) Instant notAfter,
        @JsonProperty(required = true) List<String> chain,
        @JsonProperty(required = true) String vaultPath,
        @JsonProperty(required = true) long vaultVersion,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean rehearsal,

        Optional<String> issuer,
        Optional<String> signedOrder)
        implements IssuanceFact, OrderFact {
    public CertificateIssued {
        identifiers = List.copyOf(identifiers);
        targets = List.copyOf(targets);
        chain = List.copyOf(chain);
        issuer = issuer == null ? Optional.empty() : issuer;
        signedOrder = signedOrder == null ? Optional.empty() : signedOrder;
    }

    /** Without a signed order. */
    public CertificateIssued(
            CertificateId certificateId,
            OrderId orderId,
            int attempt,
            String name,
            List<Identifier> identifiers,
            List<String> targets,
            String serial,
            String fingerprint,
            Instant notBefore,
            Instant notAfter,
            List<String> chain,
            String vaultPath,
            long vaultVersion,
            boolean rehearsal,
            Optional<String> issuer) {
        this(
                certificateId,
                orderId,
                attempt,
                name,
                identifiers,
                targets,
                serial,
                fingerprint,
                notBefore,
                notAfter,
                chain,
                vaultPath,
                vaultVersion,
                rehearsal,
                issuer,
                Optional.empty());
    }

    /** A copy with the name, the identifiers and the purpose of its order. */
    public CertificateIssued withOrder(Order order) {
        return new CertificateIssued(
                certificateId,
                orderId,
                attempt,
                order.name(),
                order.identifiers(),
                targets,
                serial,
                fingerprint,
                notBefore,
                notAfter,
                chain,
                vaultPath,
                vaultVersion,
                order.rehearsal(),
                issuer,
                signedOrder);
    }
}
