package dev.perennial.acme;

import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * An authorization (RFC 8555 section 7.1.4).
 *
 * @param identifier for a wildcard, the base name ({@code wildcard} is then true)
 * @param challenges the supported types that have a token of the base64url alphabet
 * @param problem the CA's error of the first challenge that has one
 */
public record Authorization(
        URI url,
        Identifier identifier,
        boolean wildcard,
        Status status,
        List<Challenge> challenges,
        Optional<Problem> problem) {
    public Authorization {
        challenges = List.copyOf(challenges);
    }

    /** Has the problem of the first challenge that has one. */
    public Authorization(URI url, Identifier identifier, boolean wildcard, Status status, List<Challenge> challenges) {
        this(
                url,
                identifier,
                wildcard,
                status,
                challenges,
                challenges.stream().flatMap(c -> c.problem().stream()).findFirst());
    }

    /** The identifier as in the order: with {@code *.} for a wildcard. */
    public Identifier ordered() {
        return wildcard ? Identifier.dns("*." + identifier.value()) : identifier;
    }

    /** RFC 8555 section 7.1.6. */
    public enum Status {
        PENDING,
        VALID,
        INVALID,
        DEACTIVATED,
        EXPIRED,
        REVOKED
    }

    public Optional<Challenge> challenge(String type) {
        return challenges.stream().filter(c -> c.type().equals(type)).findFirst();
    }

    /**
     * One way to prove control of the identifier.
     *
     * @param type {@link #HTTP_01}, {@link #DNS_01} or {@link #TLS_ALPN_01}
     * @param token matched against {@code [A-Za-z0-9_-]+}, at most 256 characters
     * @param keyAuthorization token and account key thumbprint (section 8.1)
     * @param problem the CA's error if the challenge is invalid
     */
    public record Challenge(String type, URI url, String token, String keyAuthorization, Optional<Problem> problem) {
        /** RFC 8555 section 8.3. */
        public static final String HTTP_01 = "http-01";

        /** RFC 8555 section 8.4. */
        public static final String DNS_01 = "dns-01";

        /** RFC 8737. */
        public static final String TLS_ALPN_01 = "tls-alpn-01";
    }
}
