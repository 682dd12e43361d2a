package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Somebody asks for a certificate to be kept alive. Values are as the requester wrote them; the order-service checks
 * them and answers with {@link CertificateAccepted} or {@link CertificateRefused}.
 *
 * @param name the certificate's name, unique per owner: {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param owner the team that owns it, same alphabet
 * @param identifiers 1 to 100 of RFC 8555 form, {@code {"type":"dns","value":"shop.example.com"}}
 * @param issuer a configured issuer; the installation's default where absent
 * @param keyType one of {@link KeyType}; {@code EC_P256} where absent
 * @param targets hosts that are to serve it; may be empty (issue and store only)
 * @param labels free text for searching
 * @param rehearse that the issuer's rehearsal issuer is asked first, also where the certificate was issued before; absent is no
 * @param keyReuse that what is issued next keeps the key, as long as it has the wanted type and is in no other hands; absent is no
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

    /** Leaves it to the order-service whether there is a rehearsal. */
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

    /** With a new key each time. */
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
