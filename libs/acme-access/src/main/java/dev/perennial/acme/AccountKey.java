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
            throw new IllegalStateException("this JVM cannot make an EC P-256 key", e);
        }
    }

    static String toPem(KeyPair key) {
        return BEGIN + "\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(key.getPrivate().getEncoded())
                + "\n" + END + "\n";
    }

    /**
     * The public half is computed: PKCS#8 need not hold it, and a key an operator brings along may not.
     *
     * @throws IllegalStateException without a word of the text where it is not such a key
     */
    static KeyPair fromPem(String pem) {
        try {
            byte[] der = Base64.getMimeDecoder()
                    .decode(pem.replace(BEGIN, "").replace(END, "").strip());
            var factory = KeyFactory.getInstance("EC");
            var key = (ECPrivateKey) factory.generatePrivate(new PKCS8EncodedKeySpec(der));
            var curve = CustomNamedCurves.getByName(CURVE);
            if (!key.getParams().getOrder().equals(curve.getN())) {
                throw new IllegalStateException("the account key in Vault is on another curve than P-256");
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
            // No cause: a parser's message may quote what it parsed.
            throw new IllegalStateException("the account key in Vault is not an EC key in PKCS#8 PEM");
        }
    }
}
