package dev.perennial.platform.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.OctJwkGenerator;
import org.jose4j.jwk.RsaJwkGenerator;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

class VerificationKeyTest {
    /** The key of RFC 7515 appendix A.3.1. */
    private static final String PUBLIC = """
            {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
             "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","kid":"ignored","use":"sig"}""";

    @Test
    void identifiesAKeyByItsThumbprint() {
        VerificationKey key = VerificationKey.parse(PUBLIC);

        // Computed with another implementation: SHA-256 of {"crv":...,"kty":...,"x":...,"y":...}, in base64url.
        assertThat(key.id()).isEqualTo("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
        assertThat(key.jwk()).doesNotContain("ignored");
        assertThat(VerificationKey.parse(key.jwk()).id()).isEqualTo(key.id());
    }

    @Test
    void refusesAPrivateKeyWithoutRepeatingIt() {
        String secret = SigningKey.generate().privateJwk();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationKey.parse(secret))
                .withMessageContaining("private key")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\"d\""));
    }

    @Test
    void refusesOtherKeys() throws JoseException {
        for (String other : new String[] {
            EcJwkGenerator.generateJwk(EllipticCurves.P384).toJson(),
            RsaJwkGenerator.generateJwk(2048).toJson(),
            OctJwkGenerator.generateJwk(256).toJson(),
            "{}",
            "null",
            "[]",
            "",
            "{\"kty\":\"EC\",\"crv\":\"P-256\"}",
            "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AAAA\",\"y\":\"AAAA\"}",
            PUBLIC + " ".repeat(1_000)
        }) {
            assertThatIllegalArgumentException()
                    .as(other)
                    .isThrownBy(() -> VerificationKey.parse(other))
                    .withMessageContaining("P-256");
        }
    }

    @Test
    void readsASigningKeyAgain() {
        SigningKey key = SigningKey.generate();

        assertThat(SigningKey.parse(key.privateJwk()).id()).isEqualTo(key.id());
        assertThat(key).hasToString("SigningKey[" + key.id() + "]");
        assertThatIllegalArgumentException().isThrownBy(() -> SigningKey.parse(PUBLIC));
    }
}
