package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * An order was created that renews or replaces a certificate without a request for that certificate.
 *
 * @param cause {@code RENEWAL_REQUESTED}, {@code SUGGESTED_WINDOW}, {@code LIFETIME_SPENT}, {@code CONFIGURED_DAYS},
 *     {@code EMERGENCY}, {@code REVOKED}, {@code KEY_COMPROMISED} or {@code REPLACEMENT}; later versions may add causes
 * @param replaces SHA-256 of the replaced leaf, in hex
 * @param expiresAt the expiry of that leaf
 */
public record RenewalStarted(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) String cause,
        Optional<String> replaces,
        Optional<Instant> expiresAt)
        implements OrderServiceFact, OrderFact {
    public RenewalStarted {
        replaces = replaces == null ? Optional.empty() : replaces;
        expiresAt = expiresAt == null ? Optional.empty() : expiresAt;
    }
}
