package dev.perennial.testbed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrivateKeyScannerTest {
    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void findsAKeyInEveryEncoding(String algorithm, int size) throws Exception {
        byte[] key = key(algorithm, size);
        PrivateKeyScanner scanner = new PrivateKeyScanner(List.of(pem(key)));

        assertThat(scanner.find(pem(key))).isPresent();
        assertThat(scanner.find("base64: " + Base64.getEncoder().encodeToString(key)))
                .isPresent();
        assertThat(scanner.find("base64url: " + Base64.getUrlEncoder().encodeToString(key)))
                .isPresent();
        assertThat(scanner.find("bytes: " + new String(key, StandardCharsets.ISO_8859_1)))
                .isPresent();
        assertThat(scanner.find(body(pem(key)).replace("\n", "\\n")))
                .as("escaped, without its first line")
                .isPresent();
    }

    @Test
    void findsThePemHeaderOfAnUnknownKey() {
        assertThat(new PrivateKeyScanner(List.of()).find("x -----BEGIN RSA PRIVATE KEY----- y"))
                .isPresent();
    }

    @Test
    void ignoresOtherKeysAndCertificates() throws Exception {
        PrivateKeyScanner scanner = new PrivateKeyScanner(List.of(pem(key("EC", 256))));

        assertThat(scanner.find(Base64.getEncoder().encodeToString(key("EC", 256))))
                .isEmpty();
        assertThat(scanner.find("-----BEGIN CERTIFICATE----- -----BEGIN PUBLIC KEY-----"))
                .isEmpty();
    }

    @Test
    void neverReturnsTheKey() throws Exception {
        String pem = pem(key("EC", 256));

        assertThat(new PrivateKeyScanner(List.of(pem)).find(body(pem)).orElseThrow())
                .doesNotContain(body(pem).substring(0, 8));
    }

    private static byte[] key(String algorithm, int size) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        PrivateKey key = generator.generateKeyPair().getPrivate();
        return key.getEncoded();
    }

    private static String pem(byte[] key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                        .encodeToString(key)
                + "\n-----END PRIVATE KEY-----\n";
    }

    private static String body(String pem) {
        return pem.lines()
                .skip(1)
                .filter(line -> !line.startsWith("-"))
                .reduce((a, b) -> a + "\n" + b)
                .orElseThrow();
    }
}
