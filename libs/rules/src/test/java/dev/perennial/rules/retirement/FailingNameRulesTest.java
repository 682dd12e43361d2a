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
        // policy, names, failing, failed by the CA, emergency; result
        "NEVER,        a b c, b,     b,     true,  blocking b",
        "IN_EMERGENCY, a b c, b,     b,     false, blocking b",
        "IN_EMERGENCY, a b c, b,     b,     true,  dropped b keeping a c",
        "AT_ONCE,      a b c, b c,   b c,   false, dropped b c keeping a",
        "AT_ONCE,      a b c, '',    '',    true,  none",
        "AT_ONCE,      a b,   other, other, true,  none",
        // no name would remain
        "AT_ONCE,      a b,   a b,   a b,   true,  none",
        "AT_ONCE,      a b,   a b,   a,     true,  none",
        // only the self-check failed
        "AT_ONCE,      a b c, b,     '',    true,  blocking b",
        "AT_ONCE,      a b c, b c,   c,     true,  dropped c keeping a b",
    })
    void dropsNamesThatTheCaFailedIfOthersRemain(
            DropNames policy, String names, String failing, String refused, boolean emergency, String expected) {
        FailingNameRules result = FailingNameRules.evaluate(
                policy,
                names(names).toList(),
                Set.copyOf(names(failing).toList()),
                Set.copyOf(names(refused).toList()),
                emergency);

        assertThat(describe(result)).isEqualTo(expected);
    }

    private static String describe(FailingNameRules result) {
        return switch (result) {
            case FailingNameRules.None it -> "none";
            case FailingNameRules.Blocking it -> "blocking " + describe(it.failing());
            case FailingNameRules.Dropped it ->
                "dropped " + describe(it.failing()) + " keeping " + describe(it.remaining());
        };
    }

    private static String describe(List<Identifier> names) {
        return String.join(
                " ", names.stream().map(name -> name.value().split("\\.")[0]).toList());
    }

    private static Stream<Identifier> names(String text) {
        return Stream.of(text.split(" "))
                .filter(word -> !word.isBlank())
                .map(word -> Identifier.dns(word + ".example.com"));
    }
}
