package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * The attempt ended without a certificate. The problem's code defines whether a retry can succeed.
 *
 * @param finalization whether the CA may nevertheless have issued a certificate; absent counts as {@code MAYBE}. With
 *     {@code certificate-mismatch}, {@code NEVER} means that the certificate is one of an earlier attempt
 */
public record IssuanceFailed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) Problem problem,
        @JsonProperty("finalize") Optional<Finalization> finalization)
        implements IssuanceFact, OrderFact {
    public IssuanceFailed {
        finalization = finalization == null ? Optional.empty() : finalization;
    }
}
