package dev.perennial.platform.probe;

import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Optional;

/**
 * A request that only a responder of Perennial answers: over HTTP below the path of challenges, over TLS with a server
 * name that cannot exist (RFC 6761 section 6.4). It cannot validate anything at a CA: a token contains no dot
 * (base64url, RFC 8555 section 8.1), so no CA requests this path; the answer is not a key authorization, because it has
 * spaces and no thumbprint; and the certificate has no acmeIdentifier extension (RFC 8737 section 3).
 *
 * @param nonce 16 to 64 characters of base64url; makes every request unique, so that no cache can answer
 */
public record ResponderProbe(String nonce) {
    public static final String SERVER_NAME = "perennial-probe.invalid";
    /** Subject of the certificate that a responder presents for {@link #SERVER_NAME}, in the form of RFC 2253. */
    public static final String SUBJECT = "CN=Perennial responder";
    /** The form of {@link #token}, as a regular expression. */
    public static final String TOKEN = "perennial-probe\\.[A-Za-z0-9_-]{16,64}";

    private static final String PREFIX = "perennial-probe.";
    private static final String UNUSED = "perennial-probe-";
    private static final int RANDOM_BYTES = 18;

    public static ResponderProbe random() {
        byte[] bytes = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(bytes);
        return new ResponderProbe(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
    }

    /** Empty if the token is not that of a probe. */
    public static Optional<ResponderProbe> of(String token) {
        return token.matches(TOKEN)
                ? Optional.of(new ResponderProbe(token.substring(PREFIX.length())))
                : Optional.empty();
    }

    /** Empty if the token is not an {@link #unusedToken}. */
    public static Optional<ResponderProbe> ofUnusedToken(String token) {
        return token.startsWith(UNUSED) ? of(PREFIX + token.substring(UNUSED.length())) : Optional.empty();
    }

    public ResponderProbe {
        if (!(PREFIX + nonce).matches(TOKEN)) {
            throw new IllegalArgumentException("a nonce is 16 to 64 characters of base64url");
        }
    }

    /** The last segment of the path below {@code /.well-known/acme-challenge/}. */
    public String token() {
        return PREFIX + nonce;
    }

    /**
     * A token of the form that CAs use, so that servers treat it like theirs, but of no challenge. A responder answers
     * it with 404 and {@link #answer}, unlike other servers.
     */
    public String unusedToken() {
        return UNUSED + nonce;
    }

    public String answer() {
        return "This is a Perennial responder; you said " + nonce;
    }

    public static boolean isShownBy(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName().equals(SUBJECT);
    }
}
