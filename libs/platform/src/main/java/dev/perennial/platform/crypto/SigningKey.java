package dev.perennial.platform.crypto;

import java.security.PrivateKey;
import java.util.Map;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** The key with which a writer signs its events: P-256, as JSON Web Key (RFC 7517). */
public final class SigningKey implements RecordSigner {
    private final EllipticCurveJsonWebKey key;
    private final String id;

    private SigningKey(EllipticCurveJsonWebKey key) {
        this.key = key;
        this.id = new VerificationKey(key).id();
    }

    public static SigningKey generate() {
        try {
            return new SigningKey(EcJwkGenerator.generateJwk(EllipticCurves.P256));
        } catch (JoseException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }

    /** @throws IllegalArgumentException if it is not a private P-256 key; the message contains no part of it */
    public static SigningKey parse(String json) {
        EllipticCurveJsonWebKey key = VerificationKey.parseP256(json);
        if (key.getPrivateKey() == null) {
            throw new IllegalArgumentException("it contains no private key");
        }
        return new SigningKey(key);
    }

    @Override
    public String sign(String topic, Map<String, String> headers, byte[] value) {
        return EventSignature.sign(this, topic, headers, value);
    }

    /** The thumbprint of the public key: the {@code kid} of its signatures. */
    public String id() {
        return id;
    }

    public VerificationKey verificationKey() {
        return VerificationKey.parse(new VerificationKey(key).jwk());
    }

    /** With the private key. */
    public String privateJwk() {
        return key.toJson(OutputControlLevel.INCLUDE_PRIVATE);
    }

    PrivateKey privateKey() {
        return key.getPrivateKey();
    }

    /** Without the private key. */
    @Override
    public String toString() {
        return "SigningKey[" + id + "]";
    }
}
