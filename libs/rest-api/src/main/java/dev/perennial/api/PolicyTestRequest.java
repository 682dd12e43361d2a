package dev.perennial.api;

import dev.perennial.events.CertificateRequested;
import java.util.Optional;

/**
 * A request to decide about a request for a certificate without any change.
 *
 * @param as the name of the service token that would send it; absent: the caller
 * @param policy decides instead of the current one
 */
public record PolicyTestRequest(CertificateRequested request, Optional<String> as, Optional<PolicyDocument> policy) {
    public PolicyTestRequest {
        as = Absent.asEmpty(as);
        policy = Absent.asEmpty(policy);
    }
}
