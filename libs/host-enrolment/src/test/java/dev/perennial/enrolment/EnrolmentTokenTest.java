package dev.perennial.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnrolmentTokenTest {
    private static final String VALID = """
            {"v":1,"vault":"http://127.0.0.1:8200","api":"http://localhost:8080","host":"web-1","roleId":"role","secretId":"wrapping-secret",
             "code":"code-secret"}""";

    @Test
    void carriesAllOfAnEnrolment() {
        EnrolmentToken token = new EnrolmentToken(
                URI.create("https://vault.example.com:8200"),
                Optional.of("ab".repeat(32)),
                URI.create("https://perennial.example.com"),
                "web-1.example.com",
                "role",
                "wrapping-secret",
                "code-secret");

        assertThat(EnrolmentToken.parse(token.text())).isEqualTo(token);
        assertThat(token.text()).startsWith("prne_").matches("[A-Za-z0-9_-]+");
        assertThat(token.toString()).doesNotContain("secret");
    }

    @Test
    void readsATokenWithoutTlsOnThisMachine() {
        assertThat(EnrolmentToken.parse(text(VALID)).vaultRoot()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "127.0.0.1:8200 | vault.example.com",
                "http://127.0.0.1:8200 | https://127.0.0.1:8200",
                "http://127.0.0.1:8200 | file:///etc/passwd",
                "http://127.0.0.1:8200 | http://user:secret@127.0.0.1",
                "http://localhost:8080 | http://perennial.example.com",
                "http://localhost:8080 | ''",
                "web-1 | ../web-1",
                "web-1 | WEB-1",
                "role | ''",
                "wrapping-secret | a b",
                "code-secret | code\\nsecret",
                "\"v\":1 | \"v\":2",
                "\"v\":1, | ''",
                "} | ",
            })
    void refusesOtherContentWithoutQuotingIt(String part, String replacement) {
        String changed = text(VALID.replace(part, replacement == null ? "" : replacement));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnrolmentToken.parse(changed))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret", "passwd"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "prne_", "prne_!", "prn_abc", "prne_bm90IGpzb24", "prne_W10", "prne_bnVsbA"})
    void refusesOtherTexts(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> EnrolmentToken.parse(text));
    }

    @Test
    void refusesATextThatIsTooLong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnrolmentToken.parse(text(VALID.replace("role\"", "r".repeat(10_000) + "\""))));
    }

    private static String text(String json) {
        return "prne_" + Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
