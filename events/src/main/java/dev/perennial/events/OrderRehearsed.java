package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * The rehearsal ended, with or without success, and its secrets are no longer needed.
 *
 * @param targets hosts that may have a copy of its bundle
 */
public record OrderRehearsed(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) List<String> targets)
        implements IssuanceFollowUp, OrderFact {
    public OrderRehearsed {
        targets = List.copyOf(targets);
    }
}
