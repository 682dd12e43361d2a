package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The control of some names of a certificate cannot be proven any more, and the other names depend on its renewal.
 *
 * @param orderId the order that they block
 * @param names the names that cannot be proven
 * @param dropped whether the certificate is renewed without them; otherwise they block the renewal until an operator
 *     decides
 * @param problem the latest problem of the first of these names
 */
public record CertificateNamesFailing(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) List<Identifier> names,
        @JsonProperty(required = true) boolean dropped,
        @JsonProperty(required = true) Problem problem)
        implements OrderServiceFact, OrderFact {
    public CertificateNamesFailing {
        names = List.copyOf(names);
    }
}
