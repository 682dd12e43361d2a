package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Optional;

/**
 * A presented challenge response, so that every replica of the validation-service can serve it (http-01, tls-alpn-01),
 * and can withdraw it if the presenting replica crashed. A tombstone under its {@link #key} withdraws it. A key
 * authorization is public by design (RFC 8555 section 8.1): any HTTP client may read it.
 *
 * @param issuer whose rules select the DNS provider; present for dns-01
 */
public record ChallengePresented(
        @JsonProperty(required = true) String token,
        @JsonProperty(required = true) String keyAuthorization,
        @JsonProperty(required = true) Identifier identifier,
        @JsonProperty(required = true) String challengeType,
        @JsonProperty(required = true) Instant expires,
        Optional<String> issuer)
        implements KeyedState {
    private static final String DNS_01 = "dns-01";

    /** The record key. */
    public String key() {
        return key(challengeType, token);
    }

    /**
     * The token, with the prefix {@code dns-01.} for dns-01: the challenges of an authorization may share one token, and
     * the end of an http-01 response must not withdraw the TXT record. No token contains a dot.
     */
    public static String key(String challengeType, String token) {
        return challengeType.equals(DNS_01) ? DNS_01 + "." + token : token;
    }
}
