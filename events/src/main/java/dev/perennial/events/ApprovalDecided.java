package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * A request no longer waits for an approval. After an approval, the answer to the request follows; after a rejection or the
 * expiry, {@link CertificateRefused} follows for a request over Kafka.
 *
 * @param action for example {@code certificate:request}
 * @param requestId the CloudEvents id of the request, or the REST call's idempotency key; absent for a change that has none
 * @param owner of the certificates that are concerned; absent if the whole installation, or all of an issuer, is
 * @param name of the certificate that is concerned
 * @param issuer that is concerned
 * @param requester the principal
 * @param role that could decide
 * @param outcome the decision, or its absence
 * @param decidedBy the principal; absent if it expired
 * @param comment of the principal who decided
 */
public record ApprovalDecided(
        @JsonProperty(required = true) ApprovalId approvalId,
        @JsonProperty(required = true) String action,
        Optional<String> requestId,
        Optional<String> owner,
        Optional<String> name,
        Optional<String> issuer,
        @JsonProperty(required = true) String requester,
        @JsonProperty(required = true) String role,
        @JsonProperty(required = true) Outcome outcome,
        Optional<String> decidedBy,
        Optional<String> comment)
        implements ApprovalFact {
    /** The decision about a request. */
    public enum Outcome {
        /** The request had its effect in the same moment. */
        APPROVED,
        /** The request has no effect. */
        REJECTED,
        /** There was no decision in time: the request has no effect. */
        EXPIRED,
        /** The requester withdrew the request. */
        WITHDRAWN
    }

    public ApprovalDecided {
        requestId = requestId == null ? Optional.empty() : requestId;
        owner = owner == null ? Optional.empty() : owner;
        name = name == null ? Optional.empty() : name;
        issuer = issuer == null ? Optional.empty() : issuer;
        decidedBy = decidedBy == null ? Optional.empty() : decidedBy;
        comment = comment == null ? Optional.empty() : comment;
    }
}
