package dev.perennial.acme;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** The key of an ACME account: EC P-256, stored as PKCS#8 PEM. */
final class AccountKey {
    private static final String CURVE = "secp256r1";
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private AccountKey() {}

    static KeyPair generate() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(CURVE));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM cannot generate an EC P-256 key", e);
        }
    }

    static String toPem(KeyPair key) {
        return BEGIN + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.getPrivate().getEncoded())
                + "\n" + END + "\n";
    }

    /**
     * Computes the public key: it is optional in PKCS#8, and an imported key may not contain it.
     *
     * @throws IllegalStateException if the text is not an EC P-256 key; the message contains no part of it
     */
    static KeyPair fromPem(String pem) {
        try {
            byte[] der = Base64.getMimeDecoder()
                    .decode(pem.replace(BEGIN, "").replace(END, "").strip());
            var factory = KeyFactory.getInstance("EC");
            var key = (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(der));
            var curve = CustomNamedCurves.getByName(CURVE);
            if (!key.getParams().getOrder().equals(curve.getN())) {
                throw new IllegalStateException("the curve of the account key in Vault is not P-256");
            }
            var point = new FixedPointCombMultiplier()
                    .multiply(curve.getG(), key.getS())
                    .normalize();
            var publicKey = factory.generatePublic(new ECPublicKeySpec(
                    new ECPoint(
                            point.getAffineXCoord().toBigInteger(),
                            point.getAffineYCoord().toBigInteger()),
                    key.getParams()));
            return new KeyPair(publicKey, key);
        } catch (GeneralSecurityException | IllegalArgumentException | ClassCastException e) {
            // No cause: a parser's message may quote its input.
            throw new IllegalStateException("the account key in Vault is not an EC key in PKCS#8 PEM");
        }
    }
}
