package dev.perennial.platform.crypto;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/** Compact JWS (RFC 7515): ES256 only, with the thumbprint of a key as {@code kid}. */
final class JwsText {
    private static final AlgorithmConstraints ES256 =
            new AlgorithmConstraints(ConstraintType.PERMIT, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);

    /** SHA-256 in base64url. */
    private static final Pattern THUMBPRINT = Pattern.compile("[A-Za-z0-9_-]{43}");

    private JwsText() {}

    /**
     * Reads the parts without verifying them.
     *
     * @param type the header {@code typ}, so that a JWS for one purpose is not accepted for another; empty for none
     * @return empty if the text is malformed, too long or of another type
     */
    static Optional<JsonWebSignature> parse(String text, int maxLength, Optional<String> type) {
        if (text.length() > maxLength) {
            return Optional.empty();
        }
        try {
            JsonWebSignature jws = new JsonWebSignature();
            jws.setAlgorithmConstraints(ES256);
            jws.setCompactSerialization(text);
            Object kid = jws.getHeaders().getObjectHeaderValue("kid");
            Object typ = jws.getHeaders().getObjectHeaderValue("typ");
            return kid instanceof String id && THUMBPRINT.matcher(id).matches() && type.equals(Optional.ofNullable(typ))
                    ? Optional.of(jws)
                    : Optional.empty();
        } catch (JoseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    /** A new one, to be signed with this key. */
    static JsonWebSignature unsigned(SigningKey key) {
        JsonWebSignature jws = new JsonWebSignature();
        jws.setAlgorithmHeaderValue(AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256);
        jws.setKeyIdHeaderValue(key.id());
        jws.setKey(key.privateKey());
        return jws;
    }
}
