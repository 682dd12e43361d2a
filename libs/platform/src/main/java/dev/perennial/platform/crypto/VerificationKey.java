package dev.perennial.platform.crypto;

import java.security.PublicKey;
import java.security.spec.ECPoint;
import org.bouncycastle.jce.ECNamedCurveTable;
import org.bouncycastle.math.ec.ECCurve;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/** The public part of a {@link SigningKey}. */
public final class VerificationKey {
    private static final int MAX_LENGTH = 1_000;
    private static final ECCurve CURVE =
            ECNamedCurveTable.getParameterSpec("P-256").getCurve();

    private final EllipticCurveJsonWebKey key;

    VerificationKey(EllipticCurveJsonWebKey key) {
        this.key = key;
    }

    /**
     * Reads a JSON Web Key (RFC 7517).
     *
     * @throws IllegalArgumentException if it is not a public P-256 key; the message contains no part of it
     */
    public static VerificationKey parse(String json) {
        EllipticCurveJsonWebKey key = parseP256(json);
        if (key.getPrivateKey() != null) {
            throw new IllegalArgumentException("it contains the private key; register the public key only");
        }
        return new VerificationKey(key);
    }

    static EllipticCurveJsonWebKey parseP256(String json) {
        try {
            if (json.length() <= MAX_LENGTH
                    && PublicJsonWebKey.Factory.newPublicJwk(json) instanceof EllipticCurveJsonWebKey key
                    && EllipticCurves.P_256.equals(key.getCurveName())) {
                ECPoint point = key.getECPublicKey().getW();
                CURVE.validatePoint(point.getAffineX(), point.getAffineY());
                return key;
            }
        } catch (JoseException | RuntimeException e) {
            // The messages of the library repeat the key.
        }
        throw new IllegalArgumentException("it is not a P-256 key as JSON Web Key (RFC 7517)");
    }

    /** Its thumbprint (RFC 7638) with SHA-256, in base64url: 43 characters. */
    public String id() {
        return key.calculateBase64urlEncodedThumbprint("SHA-256");
    }

    /** As JSON Web Key, with the members that the thumbprint covers. */
    public String jwk() {
        return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"" + member("x") + "\",\"y\":\"" + member("y") + "\"}";
    }

    private Object member(String name) {
        return key.toParams(OutputControlLevel.PUBLIC_ONLY).get(name);
    }

    PublicKey publicKey() {
        return key.getPublicKey();
    }
}
