package dev.perennial.events;

import java.util.Optional;

/**
 * A request to renew a certificate now, without other changes. The certificate is identified by {@code certificateId},
 * or by {@code owner} and {@code name}. Answered with {@link CertificateAccepted} or {@link CertificateRefused}.
 *
 * @param reason for the certificate's timeline; free text of at most 500 characters
 */
public record RenewalRequested(
        Optional<CertificateId> certificateId, Optional<String> owner, Optional<String> name, Optional<String> reason)
        implements Request {
    public RenewalRequested {
        certificateId = certificateId == null ? Optional.empty() : certificateId;
        owner = owner == null ? Optional.empty() : owner;
        name = name == null ? Optional.empty() : name;
        reason = reason == null ? Optional.empty() : reason;
    }
}
