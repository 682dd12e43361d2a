package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import org.junit.jupiter.api.Test;

class AccountKeyTest {
    @Test
    void computesThePublicKey() {
        var key = AccountKey.generate();
        assertThat(AccountKey.fromPem(AccountKey.toPem(key)).getPublic()).isEqualTo(key.getPublic());
    }

    @Test
    void quotesNothingOfAMalformedKey() {
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> AccountKey.fromPem("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"))
                .withMessageNotContaining("c2Vj")
                .withNoCause();
    }
}
