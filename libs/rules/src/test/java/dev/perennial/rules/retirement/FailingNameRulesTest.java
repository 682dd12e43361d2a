package dev.perennial.rules.retirement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Identifier;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailingNameRulesTest {
    @ParameterizedTest
    @CsvSource({
        // policy, names, dead, emergency; what becomes of it
        "NEVER,        a b c, b,     true,  blocking b",
        "IN_EMERGENCY, a b c, b,     false, blocking b",
        "IN_EMERGENCY, a b c, b,     true,  dropped b keeping a c",
        "AT_ONCE,      a b c, b c,   false, dropped b c keeping a",
        "AT_ONCE,      a b c, '',    true,  none",
        "AT_ONCE,      a b,   other, true,  none",
        // nothing would be left
        "AT_ONCE,      a b,   a b,   true,  none",
    })
    void dropsFailingNamesOnlyIfOthersRemain(
            DropNames policy, String names, String dead, boolean emergency, String expected) {
        FailingNameRules verdict = FailingNameRules.evaluate(
                policy, names(names).toList(), Set.copyOf(names(dead).toList()), emergency);

        assertThat(words(verdict)).isEqualTo(expected);
    }

    private static String words(FailingNameRules verdict) {
        return switch (verdict) {
            case FailingNameRules.None it -> "none";
            case FailingNameRules.Blocking it -> "blocking " + words(it.failing());
            case FailingNameRules.Dropped it -> "dropped " + words(it.failing()) + " keeping " + words(it.remaining());
        };
    }

    private static String words(List<Identifier> names) {
        return String.join(
                " ", names.stream().map(name -> name.value().split("\\.")[0]).toList());
    }

    private static Stream<Identifier> names(String words) {
        return Stream.of(words.split(" "))
                .filter(word -> !word.isBlank())
                .map(word -> Identifier.dns(word + ".example.com"));
    }
}
