package dev.perennial.platform.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EllipticCurvesTest {
    private static final String BOUNCY_CASTLE = "PerennialEcdsa";
    private static final byte[] MESSAGE = "what is signed".getBytes(StandardCharsets.US_ASCII);

    @BeforeEach
    void prefer() {
        EllipticCurves.prefer();
    }

    @AfterEach
    void reset() {
        Security.removeProvider(BOUNCY_CASTLE);
    }

    @Test
    void usesBouncyCastleForEcdsaOnly() throws Exception {
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(pair("secp256r1").getPublic());

        assertEquals(BOUNCY_CASTLE, signature.getProvider().getName());
        assertEquals("SUN", MessageDigest.getInstance("SHA-256").getProvider().getName());
        assertEquals(
                "SunJCE", Cipher.getInstance("AES/GCM/NoPadding").getProvider().getName());
        assertEquals("SunJSSE", SSLContext.getInstance("TLS").getProvider().getName());
    }

    @ParameterizedTest
    @CsvSource({"secp256r1, SHA256withECDSA", "secp384r1, SHA384withECDSA"})
    void agreesWithTheJdkInBothDirections(String curve, String algorithm) throws Exception {
        KeyPair pair = pair(curve);
        KeyFactory jdk = KeyFactory.getInstance("EC", "SunEC");
        PrivateKey jdkPrivate =
                jdk.generatePrivate(new PKCS8EncodedKeySpec(pair.getPrivate().getEncoded()));
        PublicKey jdkPublic =
                jdk.generatePublic(new X509EncodedKeySpec(pair.getPublic().getEncoded()));

        assertTrue(verified(algorithm, "SunEC", jdkPublic, signed(algorithm, BOUNCY_CASTLE, pair.getPrivate())));
        assertTrue(verified(algorithm, BOUNCY_CASTLE, pair.getPublic(), signed(algorithm, "SunEC", jdkPrivate)));
        assertTrue(verified(algorithm, BOUNCY_CASTLE, jdkPublic, signed(algorithm, BOUNCY_CASTLE, jdkPrivate)));
    }

    @Test
    void mayBePreferredTwice() {
        EllipticCurves.prefer();

        assertEquals(BOUNCY_CASTLE, Security.getProviders()[0].getName());
        assertEquals(
                1,
                Arrays.stream(Security.getProviders())
                        .filter(provider -> provider.getName().equals(BOUNCY_CASTLE))
                        .count());
    }

    private static KeyPair pair(String curve) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    private static byte[] signed(String algorithm, String provider, PrivateKey key) throws Exception {
        Signature signature = Signature.getInstance(algorithm, provider);
        signature.initSign(key);
        signature.update(MESSAGE);
        return signature.sign();
    }

    private static boolean verified(String algorithm, String provider, PublicKey key, byte[] signed) throws Exception {
        Signature signature = Signature.getInstance(algorithm, provider);
        signature.initVerify(key);
        signature.update(MESSAGE);
        return signature.verify(signed);
    }
}
