package dev.perennial.platform.crypto;

import java.util.Optional;
import org.jose4j.base64url.Base64Url;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.JoseException;

/**
 * A signed document that other services pass on unchanged: a compact JWS (RFC 7515), ES256, with a {@code typ} of its
 * own (RFC 8725 section 3.11), so that it cannot be used as another kind of document or as the signature of an event.
 */
public final class SignedDocument {
    /** The largest order, with 100 names and 500 targets of the greatest length, has two thirds of it. */
    private static final int MAX_LENGTH = 128 * 1024;

    private final JsonWebSignature jws;

    private SignedDocument(JsonWebSignature jws) {
        this.jws = jws;
    }

    public static String sign(SigningKey key, String type, byte[] content) {
        try {
            JsonWebSignature jws = JwsText.unsigned(key);
            jws.setHeader("typ", type);
            jws.setPayloadBytes(content);
            return jws.getCompactSerialization();
        } catch (JoseException e) {
            throw new IllegalStateException("a document cannot be signed", e);
        }
    }

    /** Empty if the text is not a document of this type. Its signature is not verified yet. */
    public static Optional<SignedDocument> parse(String text, String type) {
        return JwsText.parse(text, MAX_LENGTH, Optional.of(type))
                .filter(jws -> !jws.getEncodedPayload().isEmpty())
                .map(SignedDocument::new);
    }

    /** The thumbprint of the key that the document names. */
    public String keyId() {
        return jws.getKeyIdHeaderValue();
    }

    /** Empty if the document is not signed with this key. */
    public Optional<byte[]> contentSignedWith(VerificationKey key) {
        try {
            jws.setKey(key.publicKey());
            return jws.verifySignature() ? Optional.of(content()) : Optional.empty();
        } catch (JoseException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private byte[] content() {
        return Base64Url.decode(jws.getEncodedPayload());
    }

    /** Without the content. */
    @Override
    public String toString() {
        return "SignedDocument[" + keyId() + "]";
    }
}
