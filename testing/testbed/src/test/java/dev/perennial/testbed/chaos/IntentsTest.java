package dev.perennial.testbed.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.chaos.Intent.Channel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class IntentsTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void areSpreadEvenlyOverTheTime() {
        assertThat(Intents.of(4, MINUTE, OutageLength.SHORT).stream().map(Intent::at))
                .containsExactly(Duration.ZERO, Duration.ofSeconds(15), Duration.ofSeconds(30), Duration.ofSeconds(45));
    }

    @Test
    void coverEveryKindOnEachChannel() {
        List<Intent> intents = Intents.of(20, MINUTE, OutageLength.SHORT);

        for (Channel channel : Channel.values()) {
            String names = intents.stream()
                    .filter(intent -> intent.channel() == channel)
                    .flatMap(intent -> intent.dnsNames().stream())
                    .collect(Collectors.joining(" "));
            assertThat(names).contains("*.chaos", "." + Intents.DNS_DOMAIN, "." + Intents.TLS_ALPN_DOMAIN, "www.chaos");
        }
    }

    @Test
    void shareNoName() {
        assertThat(Intents.of(500, MINUTE, OutageLength.SHORT).stream().flatMap(intent -> intent.dnsNames().stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void replaceAWildcardByAServerNameBelowIt() {
        assertThat(Intents.of(2, MINUTE, OutageLength.SHORT).getLast().serverNames())
                .containsExactly("chaos-001.dns.demo.test", "any.chaos-001.dns.demo.test");
    }
}
