package dev.perennial.issuance.keys;

import dev.perennial.events.KeyType;
import dev.perennial.vault.Secret;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** The key pair of an order. Neither {@code toString} nor an exception of this class contains the private key. */
public final class CertificateKey {
    private static final String PRIVATE_KEY = "privateKey";
    private static final String PUBLIC_KEY = "publicKey";
    private static final String ALGORITHM = "algorithm";

    private final KeyPair pair;

    CertificateKey(KeyPair pair) {
        this.pair = pair;
    }

    /**
     * Reads the result of {@link #toSecret}.
     *
     * @throws IllegalStateException if it cannot be parsed
     */
    public static CertificateKey from(Secret secret) {
        try {
            KeyFactory factory = KeyFactory.getInstance(secret.require(ALGORITHM));
            return new CertificateKey(new KeyPair(
                    factory.generatePublic(new X509EncodedKeySpec(der(secret.require(PUBLIC_KEY)))),
                    factory.generatePrivate(new PKCS8EncodedKeySpec(der(secret.require(PRIVATE_KEY))))));
        } catch (GeneralSecurityException | IOException e) {
            // Omits the cause, because parsers quote the text that they cannot parse.
            throw new IllegalStateException("the stored key of the order cannot be read ("
                    + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * The key pair of a bundle.
     *
     * @throws IllegalStateException if the private key cannot be parsed
     */
    public static KeyPair pair(String privatePem, PublicKey publicKey) {
        try {
            return new KeyPair(
                    publicKey,
                    KeyFactory.getInstance(publicKey.getAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(der(privatePem))));
        } catch (GeneralSecurityException | IOException e) {
            // Omits the cause, as above.
            throw new IllegalStateException(
                    "the key of a stored bundle cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    /**
     * The key of a bundle.
     *
     * @throws IllegalStateException if the private key cannot be parsed
     */
    public static CertificateKey of(String privatePem, PublicKey publicKey) {
        return new CertificateKey(pair(privatePem, publicKey));
    }

    public boolean is(KeyType type) {
        return switch (type) {
            case EC_P256 -> hasCurveOf(256);
            case EC_P384 -> hasCurveOf(384);
            case RSA_2048 -> hasModulusOf(2048);
            case RSA_3072 -> hasModulusOf(3072);
            case RSA_4096 -> hasModulusOf(4096);
        };
    }

    private boolean hasCurveOf(int bits) {
        return publicKey() instanceof ECPublicKey key
                && key.getParams().getOrder().bitLength() == bits;
    }

    private boolean hasModulusOf(int bits) {
        return publicKey() instanceof RSAPublicKey key && key.getModulus().bitLength() == bits;
    }

    /** The fields for Vault. They include the public key, because the PKCS#8 form of an EC key may omit it. */
    public Map<String, String> toSecret() {
        return Map.of(
                PRIVATE_KEY, privatePem(),
                PUBLIC_KEY, pem("PUBLIC KEY", pair.getPublic().getEncoded()),
                ALGORITHM, pair.getPublic().getAlgorithm());
    }

    /** The key pair that signs the CSR. */
    public KeyPair pair() {
        return pair;
    }

    public PublicKey publicKey() {
        return pair.getPublic();
    }

    /** PKCS#8 (RFC 5958) in PEM (RFC 7468). */
    public String privatePem() {
        return pem("PRIVATE KEY", pair.getPrivate().getEncoded());
    }

    @Override
    public String toString() {
        return "CertificateKey[" + pair.getPublic().getAlgorithm() + "]";
    }

    private static String pem(String type, byte[] der) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            writer.writeObject(new PemObject(type, der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static byte[] der(String pem) throws IOException {
        try (PemReader reader = new PemReader(new StringReader(pem))) {
            PemObject object = reader.readPemObject();
            if (object == null) {
                throw new IOException("no PEM object");
            }
            return object.getContent();
        }
    }
}
