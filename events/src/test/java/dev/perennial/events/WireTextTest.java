package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WireTextTest {
    private static final String PAIR = "\uD83D\uDE00";

    @Test
    void keepsSupportedText() {
        assertThat(WireText.of("f\u00FC\u00DFe " + PAIR)).isEqualTo("f\u00FC\u00DFe " + PAIR);
        assertThat(WireText.is("")).isTrue();
    }

    @Test
    void replacesUnsupportedCharacters() {
        for (String unsupported : List.of("\0", "\uD83D", "\uDE00", "\uDE00\uD83D")) {
            assertThat(WireText.is(unsupported)).isFalse();
            assertThat(WireText.of("a" + unsupported + PAIR))
                    .isEqualTo("a" + "\uFFFD".repeat(unsupported.length()) + PAIR);
        }
    }

    @Test
    void removesUnsupportedCharactersFromProblems() {
        String cut = "x".repeat(1_999) + PAIR;

        Problem problem = new Problem(ErrorCode.INTERNAL, "a\0b\uD83D", Optional.of(cut), Optional.empty());
        CertificateRefused fact = new CertificateRefused(
                "r1", Optional.of("n\0"), Optional.of("x".repeat(100_000) + "\uD83D"), List.of(problem));

        assertThat(problem.detail()).isEqualTo("a\uFFFDb\uFFFD");
        assertThat(WireText.is(problem.evidence().orElseThrow())).isTrue();
        assertThat(new String(EventCodec.encode(fact), StandardCharsets.UTF_8))
                .doesNotContain("\\u0000")
                .hasSizeLessThan(10_000);
    }
}
