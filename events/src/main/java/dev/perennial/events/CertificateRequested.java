package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request for a certificate that Perennial issues, installs and renews. Values are as the client wrote them; the
 * order-service checks them and answers with {@link CertificateAccepted} or {@link CertificateRefused}.
 *
 * @param name the certificate's name, unique per owner: {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param owner the team that owns it, same alphabet
 * @param identifiers 1 to 100 of RFC 8555 form, {@code {"type":"dns","value":"shop.example.com"}}
 * @param issuer a configured issuer; the installation's default if absent
 * @param keyType one of {@link KeyType}; {@code EC_P256} if absent
 * @param targets hosts that must serve it; may be empty (issue and store only)
 * @param labels free text for searching
 * @param rehearse whether to rehearse at the issuer's rehearsal issuer first, even if the certificate was issued
 *     before; false if absent
 * @param keyReuse whether the next certificate keeps the key, as long as the key has the requested type and is not
 *     compromised; false if absent
 */
public record CertificateRequested(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) String owner,
        @JsonProperty(required = true) List<RequestedIdentifier> identifiers,
        Optional<String> issuer,
        Optional<String> keyType,
        List<String> targets,
        Map<String, String> labels,
        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean rehearse,

        @JsonSetter(nulls = Nulls.AS_EMPTY) boolean keyReuse)
        implements Request {
    public CertificateRequested {
        identifiers = identifiers == null ? List.of() : List.copyOf(identifiers);
        issuer = issuer == null ? Optional.empty() : issuer;
        keyType = keyType == null ? Optional.empty() : keyType;
        targets = targets == null ? List.of() : List.copyOf(targets);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }

    /** Without {@code rehearse}: the order-service decides whether there is a rehearsal. */
    public CertificateRequested(
            String name,
            String owner,
            List<RequestedIdentifier> identifiers,
            Optional<String> issuer,
            Optional<String> keyType,
            List<String> targets,
            Map<String, String> labels) {
        this(name, owner, identifiers, issuer, keyType, targets, labels, false);
    }

    /** Without {@code keyReuse}: each certificate gets a new key. */
    public CertificateRequested(
            String name,
            String owner,
            List<RequestedIdentifier> identifiers,
            Optional<String> issuer,
            Optional<String> keyType,
            List<String> targets,
            Map<String, String> labels,
            boolean rehearse) {
        this(name, owner, identifiers, issuer, keyType, targets, labels, rehearse, false);
    }
}
