package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CnameChainTest {
    private final Map<String, String> cnames = new HashMap<>();

    @Test
    void returnsTheNameItselfWithoutCname() {
        assertThat(target("a.test")).isEqualTo("a.test");
    }

    @Test
    void followsEightLinksAndRefusesNine() {
        chain(8);
        assertThat(target("0.test")).isEqualTo("8.test");

        chain(9);
        assertThatExceptionOfType(BrokenCnameException.class)
                .isThrownBy(() -> target("0.test"))
                .satisfies(e -> assertThat(e.path()).contains("0.test -> 1.test"));
    }

    @Test
    void refusesALoop() {
        cnames.putAll(Map.of("a.test", "b.test", "b.test", "c.test", "c.test", "b.test"));
        assertThatExceptionOfType(BrokenCnameException.class)
                .isThrownBy(() -> target("a.test"))
                .withMessageContaining("loop");
    }

    private void chain(int links) {
        for (int i = 0; i < links; i++) {
            cnames.put(i + ".test", (i + 1) + ".test");
        }
    }

    private String target(String name) {
        return CnameChain.target(name, owner -> Optional.ofNullable(cnames.get(owner)));
    }
}
