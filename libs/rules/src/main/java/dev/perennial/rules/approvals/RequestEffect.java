package dev.perennial.rules.approvals;

import dev.perennial.rules.access.Resource;
import java.util.Optional;

/**
 * One effect of a request that waits: the approver sees it, and the approval is bound to it.
 *
 * @param fingerprint of the X.509 certificate that is revoked
 * @param retires whether the certificate is retired
 */
public record RequestEffect(Resource resource, Optional<String> fingerprint, boolean retires) {
    /** An effect on a resource that the request itself describes. */
    public static RequestEffect on(Resource resource) {
        return new RequestEffect(resource, Optional.empty(), false);
    }

    @Override
    public String toString() {
        return fingerprint
                        .map(it -> "the X.509 certificate with the fingerprint " + it + " of ")
                        .orElse("")
                + resource
                + (retires ? ", which is retired" : fingerprint.isPresent() ? ", which is not retired" : "");
    }
}
