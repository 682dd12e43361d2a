package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * An order with all data that the next service needs, so that the services are stateless.
 *
 * @param attempt 1 for the first ACME order of this intent; each new ACME order increments it
 * @param name the certificate's name, unique per owner
 * @param targets hosts that must serve the certificate
 * @param rehearsal whether its certificate must never be served: the bundle is stored at separate paths, and hosts make
 *     a dry run; false if absent
 * @param keyReuse whether to reuse the key of the certificate's current bundle if it has the requested type; false if
 *     absent
 * @param secondCertificateAllowed whether this attempt may be finalized although the CA of an earlier one may have issued a
 *     certificate and cannot be asked (ADR 10); false if absent
 * @param signedOrder this order, signed by the order-service when it published it: a compact JWS (RFC 7515). Other services
 *     pass it on unchanged. Absent if an older version published it
 */
public record Order(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) String issuer,
        @JsonProperty(required = true) List<Identifier> identifiers,
        @JsonProperty(required = true) KeyType keyType,
        @JsonProperty(required = true) List<String> targets,
        @JsonProperty(required = true) AcmeOrder acmeOrder,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean rehearsal,

        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean keyReuse,

        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean secondCertificateAllowed,

        Optional<String> signedOrder) {
    public Order {
        Objects.requireNonNull(certificateId, "certificateId");
        Objects.requireNonNull(orderId, "orderId");
        Objects.requireNonNull(acmeOrder, "acmeOrder");
        identifiers = List.copyOf(identifiers);
        targets = List.copyOf(targets);
        signedOrder = signedOrder == null ? Optional.empty() : signedOrder;
    }

    /** With a new key, without permission for a second certificate, and not signed yet. */
    public Order(
            CertificateId certificateId,
            OrderId orderId,
            int attempt,
            String name,
            String owner,
            String issuer,
            List<Identifier> identifiers,
            KeyType keyType,
            List<String> targets,
            AcmeOrder acmeOrder,
            boolean rehearsal) {
        this(
                certificateId,
                orderId,
                attempt,
                name,
                owner,
                issuer,
                identifiers,
                keyType,
                targets,
                acmeOrder,
                rehearsal,
                false,
                false,
                Optional.empty());
    }

    /** A copy at another issuer. */
    public Order at(String other) {
        return copy(other, signedOrder);
    }

    /** A copy with the signature of the order-service. */
    public Order signedAs(String signed) {
        return copy(issuer, Optional.of(signed));
    }

    private Order copy(String at, Optional<String> signed) {
        return new Order(
                certificateId,
                orderId,
                attempt,
                name,
                owner,
                at,
                identifiers,
                keyType,
                targets,
                acmeOrder,
                rehearsal,
                keyReuse,
                secondCertificateAllowed,
                signed);
    }
}
