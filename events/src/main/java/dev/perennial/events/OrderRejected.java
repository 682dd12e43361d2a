package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * Control could not be proven. The ACME order of this attempt is invalid; the order-service decides about another
 * attempt.
 */
public record OrderRejected(
        @JsonProperty(required = true) CertificateId certificateId,
        @JsonProperty(required = true) OrderId orderId,
        @JsonProperty(required = true) int attempt,
        @JsonProperty(required = true) List<IdentifierProblem> problems)
        implements ValidationFact, OrderFact {
    public OrderRejected {
        problems = List.copyOf(problems);
    }

    /** The reason why one identifier could not be validated. */
    public record IdentifierProblem(
            @JsonProperty(required = true) Identifier identifier,
            @JsonProperty(required = true) Problem problem) {}
}
