package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * A request waits for an approval, and has no effect until then. It is the first answer to a request over Kafka; {@link
 * ApprovalDecided} and the answer that the request would have had at once follow.
 *
 * @param action for example {@code certificate:request}
 * @param requestId the CloudEvents id of the request, or the REST call's idempotency key; absent for a change that has none
 * @param owner of the certificates that are concerned; absent if the whole installation, or all of an issuer, is
 * @param name of the certificate that is concerned
 * @param issuer that is concerned
 * @param requester the principal, which may not approve
 * @param role that may decide; an admin also may
 * @param expiresAt the end of the time for the decision
 */
public record ApprovalRequested(
        @JsonProperty(required = true) ApprovalId approvalId,
        @JsonProperty(required = true) String action,
        Optional<String> requestId,
        Optional<String> owner,
        Optional<String> name,
        Optional<String> issuer,
        @JsonProperty(required = true) String requester,
        @JsonProperty(required = true) String role,
        @JsonProperty(required = true) Instant expiresAt)
        implements ApprovalFact {
    public ApprovalRequested {
        requestId = requestId == null ? Optional.empty() : requestId;
        owner = owner == null ? Optional.empty() : owner;
        name = name == null ? Optional.empty() : name;
        issuer = issuer == null ? Optional.empty() : issuer;
    }
}
