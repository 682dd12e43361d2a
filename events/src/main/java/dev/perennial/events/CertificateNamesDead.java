package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Names of a certificate cannot be proven any more, and the others depend on its renewal.
 *
 * @param orderId the order that they block
 * @param names those that are dead
 * @param dropped whether the certificate goes on without them; otherwise they block it, and somebody has to decide
 * @param problem the last of the first of them
 */
public record CertificateNamesDead(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) List<Identifier> names,
        @JsonProperty(required = true) boolean dropped,
        @JsonProperty(required = true) Problem problem)
        implements OrderServiceFact, OrderFact {
    public CertificateNamesDead {
        names = List.copyOf(names);
    }
}
