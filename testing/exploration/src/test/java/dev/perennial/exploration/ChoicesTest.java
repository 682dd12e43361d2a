package dev.perennial.exploration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChoicesTest {
    private static final List<String> OUTCOMES = List.of("ok", "lost", "crash");

    @Test
    void triesEveryCombinationUpToTheNumberOfFaults() {
        assertThat(combinations(0)).containsExactly("ok ok");
        assertThat(combinations(1)).containsExactly("ok ok", "ok lost", "ok crash", "lost ok", "crash");
        assertThat(combinations(2))
                .containsExactly("ok ok", "ok lost", "ok crash", "lost ok", "lost lost", "lost crash", "crash");
    }

    /** Two calls; after a crash there is no second one. */
    private static List<String> combinations(int faults) {
        List<String> seen = new ArrayList<>();
        Optional<Choices> choices = Optional.of(Choices.first());
        while (choices.isPresent()) {
            Choices now = choices.get();
            String first = now.of("first", OUTCOMES);
            seen.add(first.equals("crash") ? first : first + " " + now.of("second", OUTCOMES));
            choices = now.next(faults);
        }
        return seen;
    }
}
