package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One ACME CA that certificates may be ordered at. The same JSON in REST, in the file that is applied at start, in the table and on
 * the topic. Secrets are in Vault; only their path is here.
 *
 * @param name {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param directory RFC 8555 section 7.1.1; https, and every URL of the CA must have its origin. Never changes: the account belongs to it
 * @param preset a CA that is known here, for example {@code letsencrypt}
 * @param trustedRoots PEM of the roots that the CA's own TLS certificate must chain to; the system's where absent
 * @param profile asked for at newOrder; the CA's choice where absent
 * @param contact of the account, for example {@code mailto:pki@example.com}
 * @param termsOfServiceAgreed that the operator has agreed to the CA's terms of service; false where absent
 * @param eabPath where in Vault the external account binding is (RFC 8555 section 7.3.4), for example {@code eab/zerossl}
 * @param requestTimeout limit of one request, as ISO 8601 writes it; PT20S where absent
 * @param keyTypes that may be asked for, the first where a request says nothing; all, and {@code EC_P256}, where empty
 * @param allowedSuffixes domains below which (and which themselves) it may certify names
 * @param allowedNetworks whose addresses it may certify, {@code 192.0.2.0/24}. With both empty, whatever the installation allows;
 *     never more than that
 * @param challenges how names are proven to this CA; before the installation's own rules
 * @param limits preset of limits, {@code lets-encrypt} or {@code none}; where absent, what is known of the directory's host
 * @param fallbacks issuers to go to when this one is down, in order of preference
 * @param rehearsal the issuer at which a certificate's first order is rehearsed
 * @param renewBefore how long before a certificate expires it is renewed at the latest, as ISO 8601 writes it; counts for lives of
 *     twice that and more, so that it cannot make renewals follow each other
 */
public record IssuerSettings(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) URI directory,
        Optional<String> preset,
        Optional<String> trustedRoots,
        Optional<String> profile,
        Optional<URI> contact,
        Boolean termsOfServiceAgreed,
        Optional<String> eabPath,
        @JsonFormat(shape = JsonFormat.Shape.STRING) Duration requestTimeout,
        List<KeyType> keyTypes,
        List<String> allowedSuffixes,
        List<String> allowedNetworks,
        List<ChallengeRule> challenges,
        Optional<String> limits,
        List<String> fallbacks,
        Optional<String> rehearsal,
        @JsonFormat(shape = JsonFormat.Shape.STRING) Optional<Duration> renewBefore) {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(20);

    public IssuerSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(directory, "directory");
        preset = given(preset);
        trustedRoots = given(trustedRoots);
        profile = given(profile);
        contact = given(contact);
        termsOfServiceAgreed = Boolean.TRUE.equals(termsOfServiceAgreed);
        eabPath = given(eabPath);
        requestTimeout = requestTimeout == null ? REQUEST_TIMEOUT : requestTimeout;
        keyTypes = all(keyTypes);
        allowedSuffixes = all(allowedSuffixes);
        allowedNetworks = all(allowedNetworks);
        challenges = all(challenges);
        limits = given(limits);
        fallbacks = all(fallbacks);
        rehearsal = given(rehearsal);
        renewBefore = given(renewBefore);
    }

    /**
     * How the names of one suffix are proven; of several that fit, the longest suffix counts.
     *
     * @param suffix a domain: itself and all names below it; every name where absent
     * @param methods of {@code http-01}, {@code dns-01}, {@code tls-alpn-01}, in order of preference
     * @param provider for dns-01: a name of the validation-service's {@code perennial.dns-providers}
     */
    public record ChallengeRule(Optional<String> suffix, List<String> methods, Optional<String> provider) {
        public ChallengeRule {
            suffix = given(suffix);
            methods = all(methods);
            provider = given(provider);
        }
    }

    private static <T> Optional<T> given(Optional<T> value) {
        return value == null ? Optional.empty() : value;
    }

    private static <T> List<T> all(List<T> values) {
        return values == null ? List.of() : List.copyOf(values);
    }
}
