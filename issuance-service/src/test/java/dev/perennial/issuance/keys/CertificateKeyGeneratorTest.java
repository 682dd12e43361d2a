package dev.perennial.issuance.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.KeyType;
import dev.perennial.vault.Secret;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateKeyGeneratorTest {
    private final CertificateKeyGenerator generator = new CertificateKeyGenerator();

    @AfterEach
    void stop() {
        generator.stop();
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void generatesTheRequestedTypeAndReadsItBack(KeyType type) throws Exception {
        CertificateKey key = generator.generate(type);
        int bits =
                switch (key.publicKey()) {
                    case ECPublicKey ec -> ec.getParams().getOrder().bitLength();
                    case RSAPublicKey rsa -> rsa.getModulus().bitLength();
                    default -> throw new AssertionError(key.publicKey().getAlgorithm());
                };
        assertThat(type.name()).endsWith(Integer.toString(bits));
        CertificateKey read = CertificateKey.from(new Secret(1, key.toSecret()));
        assertThat(read.publicKey()).isEqualTo(key.publicKey());
        assertThat(read.privatePem()).isEqualTo(key.privatePem()).startsWith("-----BEGIN PRIVATE KEY-----\n");
        String algorithm = type.name().startsWith("EC") ? "SHA256withECDSA" : "SHA256withRSA";
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(read.pair().getPrivate());
        byte[] signed = signature.sign();
        signature.initVerify(key.publicKey());
        assertThat(signature.verify(signed)).isTrue();
    }

    @Test
    void toStringOmitsTheKey() {
        CertificateKey key = generator.generate(KeyType.EC_P256);
        assertThat(key.toString()).isEqualTo("CertificateKey[EC]");
        Map<String, String> broken = new HashMap<>(key.toSecret());
        broken.put("privateKey", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
        assertThatThrownBy(() -> CertificateKey.from(new Secret(1, broken)))
                .isInstanceOf(IllegalStateException.class)
                .hasNoCause()
                .hasMessageNotContaining("c2Vj");
    }
}
