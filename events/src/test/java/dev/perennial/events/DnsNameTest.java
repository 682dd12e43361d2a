package dev.perennial.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DnsNameTest {
    private static final String LABEL_63 = "a".repeat(63);
    // Four labels of 61 characters, dots, and a last one that fills up to exactly 253.
    private static final String NAME_253 = ("b".repeat(61) + ".").repeat(4) + "c".repeat(5);

    @ParameterizedTest
    @CsvSource({
        "shop.example.com, shop.example.com",
        "Shop.EXAMPLE.Com, shop.example.com",
        "shop.example.com., shop.example.com",
        "' shop.example.com ', shop.example.com",
        "*.example.com, *.example.com",
        "*.Example.com., *.example.com",
        "a--b.example.com, a--b.example.com",
        "1.example.com, 1.example.com",
        "1.2.3.4.example, 1.2.3.4.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example, xn--bcher-kva.example",
        "*.bücher.example, *.xn--bcher-kva.example",
        "例え.テスト, xn--r8jz45g.xn--zckzah",
        "bücher。example, xn--bcher-kva.example",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "xn--7yc.example, xn--7yc.example",
    })
    void parsesUserInput(String written, String canonical) {
        assertThat(DnsName.parse(written).value()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @CsvSource({
        "'', empty label",
        "., empty label",
        "shop..example.com, empty label",
        ".example.com, empty label",
        "example.com.., empty label",
        "*., '*'",
        "*..example.com, empty label",
        "foo_bar.example.com, 'foo_bar'",
        "-shop.example.com, inner hyphen",
        "shop-.example.com, inner hyphen",
        "shop example.com, inner hyphen",
        "shop.example.com/x, inner hyphen",
        "shop.example.com:443, inner hyphen",
        "*.*.example.com, '*'",
        "a.*.example.com, '*'",
        "a*.example.com, 'a*'",
        "*example.com, '*example'",
        "*, '*'",
        "*.com, one label",
        "localhost, one label",
        "192.0.2.1, IP address",
        "example.123, IP address",
        "2001:db8::1, inner hyphen",
        "'bü cher.example', A-labels",
        "bücher..example, A-labels",
        "bü_cher.example, A-labels",
        "straße.example, write the A-label",
        "*.ൻ.example, xn--7yc.example",
        "βόλος.example, write the A-label",
    })
    void namesTheBrokenRule(String written, String rule) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsName.parse(written))
                .withMessageContaining(rule);
    }

    @Test
    void limitsALabelTo63Characters() {
        assertThat(DnsName.parse(LABEL_63 + ".example").value()).startsWith(LABEL_63);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsName.parse("a" + LABEL_63 + ".example"))
                .withMessageContaining("at most 63 characters")
                .withMessageContaining("has 64");
    }

    @Test
    void limitsAnInternationalisedLabelTo63CharactersOfItsALabel() {
        assertThatIllegalArgumentException().isThrownBy(() -> DnsName.parse("ü".repeat(63) + ".example"));
    }

    @Test
    void limitsANameTo253Characters() {
        assertThat(NAME_253).hasSize(253);
        assertThat(DnsName.parse(NAME_253 + ".").value()).isEqualTo(NAME_253);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsName.parse(NAME_253 + "c"))
                .withMessageContaining("at most 253 characters")
                .withMessageContaining("254");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DnsName.parse("*." + NAME_253))
                .withMessageContaining("255");
    }

    @ParameterizedTest
    @CsvSource({"Shop.example.com", "bücher.example", "shop.example.com.", "' shop.example.com'"})
    void constructorAcceptsOnlyTheCanonicalForm(String notCanonical) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DnsName(notCanonical));
    }

    @Test
    void aWildcardHasTheBaseNameThatIsValidated() {
        DnsName wildcard = DnsName.parse("*.example.com");

        assertThat(wildcard.isWildcard()).isTrue();
        assertThat(wildcard.base()).isEqualTo("example.com");
        assertThat(DnsName.parse("example.com").isWildcard()).isFalse();
        assertThat(DnsName.parse("example.com").base()).isEqualTo("example.com");
    }

    @Test
    void parsesOrRejectsAnyText() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        String alphabet = "aZ0-_.*:/ \u0000ü例。．ß\u200d\ud83d\ude00\ud83dx";

        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "xn--" : "");
            random.ints(random.nextInt(12), 0, alphabet.length()).forEach(i -> text.append(alphabet.charAt(i)));
            try {
                String value = DnsName.parse(text.toString()).value();
                assertThat(DnsName.parse(value).value())
                        .as("seed %d: reading is idempotent", seed)
                        .isEqualTo(value);
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).as("seed %d", seed).isNotBlank();
            }
        }
    }
}
