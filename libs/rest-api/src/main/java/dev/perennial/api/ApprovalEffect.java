package dev.perennial.api;

import java.util.Optional;

/**
 * One effect of a request that waits for an approval. If the request has another one at the decision, the approval is refused.
 *
 * @param owner absent if no owner is concerned
 * @param name of the certificate
 * @param fingerprint of the X.509 certificate that is revoked
 * @param retires whether the certificate is retired
 */
public record ApprovalEffect(
        Optional<String> owner,
        Optional<String> name,
        Optional<String> issuer,
        Optional<String> fingerprint,
        boolean retires) {
    public ApprovalEffect {
        owner = Absent.asEmpty(owner);
        name = Absent.asEmpty(name);
        issuer = Absent.asEmpty(issuer);
        fingerprint = Absent.asEmpty(fingerprint);
    }
}
