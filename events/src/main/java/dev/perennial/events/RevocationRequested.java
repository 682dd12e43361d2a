package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * Somebody asks for a certificate to be revoked. Which one is said by {@code certificateId}, or by {@code owner} and {@code name}; it is
 * the one that is in use, or the one with that fingerprint or serial. The answers are {@link RevocationAccepted}, one for each X.509
 * certificate that is revoked for it, or {@link CertificateRefused}.
 *
 * @param fingerprint SHA-256 of the leaf's DER in hex, of one that was issued for the certificate
 * @param serial the same, in hex
 * @param comment for the story; free text
 * @param replace whether a new one is made first; where absent, as the reason calls for
 */
public record RevocationRequested(
        Optional<CertificateId> certificateId,
        Optional<String> owner,
        Optional<String> name,
        Optional<String> fingerprint,
        Optional<String> serial,
        @JsonProperty(required = true) RevocationReason reason,
        Optional<String> comment,
        Optional<Boolean> replace)
        implements Request {
    public RevocationRequested {
        certificateId = certificateId == null ? Optional.empty() : certificateId;
        owner = owner == null ? Optional.empty() : owner;
        name = name == null ? Optional.empty() : name;
        fingerprint = fingerprint == null ? Optional.empty() : fingerprint;
        serial = serial == null ? Optional.empty() : serial;
        comment = comment == null ? Optional.empty() : comment;
        replace = replace == null ? Optional.empty() : replace;
    }
}
