package dev.perennial.testbed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.chaos.Intent.Door;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class IntentsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void comeEvenlyOverTheTime() {
        assertThat(Intents.of(4, MINUTE).stream().map(Intent::at))
                .containsExactly(Duration.ZERO, Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(45));
    }

    @Test
    void areOfEveryKindByEachDoor() {
        List<Intent> intents = Intents.of(20, MINUTE);

        for (Door door : Door.values()) {
            String names = intents.stream()
                    .filter(intent -> intent.door() == door)
                    .flatMap(intent -> intent.dnsNames().stream())
                    .collect(Collectors.joining(" "));
            assertThat(names).contains("*.chaos", "." + Intents.BY_DNS, "." + Intents.BY_TLS, "www.chaos");
        }
    }

    @Test
    void shareNoName() {
        assertThat(Intents.of(500, MINUTE).stream().flatMap(intent -> intent.dnsNames().stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void areServedUnderANameThatAWildcardCovers() {
        assertThat(Intents.of(2, MINUTE).getLast().served())
                .containsExactly("chaos-001.dns.demo.test", "any.chaos-001.dns.demo.test");
    }
}
