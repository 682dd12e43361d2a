package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of one ACME CA. REST, the file that is applied at start, the table and the topic use the same JSON.
 * Secrets are in Vault; only their path is part of the settings.
 *
 * @param name the issuer's name: {@code [a-z0-9][a-z0-9._-]{0,62}}
 * @param directory URL of the ACME directory (RFC 8555 section 7.1.1): https; every URL of the CA must have the same
 *     origin. It never changes, because the account belongs to it
 * @param preset name of a built-in CA preset, for example {@code letsencrypt}; it provides the directory
 * @param trustedRoots PEM of the roots that the CA's own TLS certificate must chain to; if absent, the roots of the
 *     system
 * @param profile certificate profile that newOrder requests; if absent, the CA chooses
 * @param contact URL of the account's contact, for example {@code mailto:pki@example.com}
 * @param termsOfServiceAgreed whether the operator agrees to the CA's terms of service
 * @param eabPath path in Vault of the external account binding (RFC 8555 section 7.3.4), for example {@code
 *     eab/zerossl}
 * @param requestTimeout time limit of one request, from {@code PT0.1S} to {@code PT50S}
 * @param keyTypes key types that may be requested, the first is the default; if empty, all types, and {@code EC_P256}
 *     as the default
 * @param allowedSuffixes domains for which the issuer may be used, with all names below them
 * @param allowedNetworks networks whose addresses the issuer may certify, for example {@code 192.0.2.0/24}. If suffixes
 *     and networks are both empty, everything that the installation allows; never more than that
 * @param challenges rules for the challenges at this CA; they precede those of the installation
 * @param limits preset of rate limits: {@code lets-encrypt}, {@code none} or one of {@code perennial.limit-presets}; if
 *     absent, the preset of the directory's host
 * @param fallbacks issuers that take its orders while it is unavailable, in order of preference
 * @param rehearsal issuer at which the first order of a certificate is rehearsed
 * @param renewBefore latest renewal before expiry; applies to certificates with at least twice that lifetime, so that
 *     it cannot cause endless renewals
 * @param csrCommonName whether the CSR has a common name, for CAs that require one: the first identifier of at most 64
 *     characters; if absent, false
 * @param preferredChain root of the chain that is installed if the CA offers several: the common name of the issuer of
 *     its topmost certificate, or the SHA-256 fingerprint of that certificate in hex; if absent, the CA's default chain
 * @param maxIdentifiers maximum number of identifiers per certificate, from 1 to 100: the limit of the CA's profile; if
 *     absent, 100
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
        @JsonFormat(shape = JsonFormat.Shape.STRING) Optional<Duration> renewBefore,
        Optional<Boolean> csrCommonName,
        Optional<String> preferredChain,
        Optional<Integer> maxIdentifiers) {
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
        csrCommonName = given(csrCommonName);
        preferredChain = given(preferredChain);
        maxIdentifiers = given(maxIdentifiers);
    }

    /**
     * The challenges for the names below one suffix; if several rules match, the longest suffix counts.
     *
     * @param suffix domain: itself and all names below it; every name if absent
     * @param methods challenge types: {@code http-01}, {@code dns-01}, {@code tls-alpn-01}, in order of preference
     * @param provider DNS provider for dns-01: a name of the validation-service's {@code perennial.dns-providers}
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
