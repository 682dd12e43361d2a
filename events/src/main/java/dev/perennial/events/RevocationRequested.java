package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/**
 * A request to revoke a certificate, identified by {@code certificateId}, or by {@code owner} and {@code name}. It
 * affects the X.509 certificate in use, or the one with the fingerprint or serial. The answers are {@link
 * RevocationAccepted}, one for each X.509 certificate that will be revoked, or {@link CertificateRefused}.
 *
 * @param fingerprint SHA-256 of the leaf's DER in hex, of one that was issued for the certificate
 * @param serial its serial number in hex
 * @param comment for the timeline; free text
 * @param replace whether a new certificate is made first; if absent, the reason decides
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
