package dev.perennial.events;

import java.util.Optional;

/**
 * Somebody asks for a certificate to be renewed now, as it is. Which one is said by {@code certificateId}, or by {@code owner} and {@code
 * name}. Answered with {@link CertificateAccepted} or {@link CertificateRefused}.
 *
 * @param reason for the certificate's story; free text of at most 500 characters
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
