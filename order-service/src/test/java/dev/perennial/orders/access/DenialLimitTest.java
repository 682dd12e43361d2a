package dev.perennial.orders.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DenialLimitTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final DenialLimit limit = new DenialLimit();

    @Test
    void limitsEachPrincipalForAMinute() {
        assertThat(recorded("a", NOW, 100)).isEqualTo(DenialLimit.PER_MINUTE);
        assertThat(limit.allows("a", NOW.plusSeconds(59))).isFalse();
        assertThat(limit.allows("b", NOW)).isTrue();
        assertThat(limit.allows("a", NOW.plusSeconds(60))).isTrue();
    }

    @Test
    void startsANewWindowIfTheClockIsCorrected() {
        recorded("a", NOW.plusSeconds(7200), 100);

        assertThat(limit.allows("a", NOW)).isTrue();
    }

    @Test
    void forgetsThePrincipalsThatWereDeniedLongestAgo() {
        recorded("a", NOW, 100);
        IntStream.range(0, 10_000).forEach(i -> limit.allows("p" + i, NOW));

        assertThat(limit.allows("a", NOW)).isTrue();
    }

    private long recorded(String principal, Instant at, int denials) {
        return IntStream.range(0, denials)
                .filter(i -> limit.allows(principal, at))
                .count();
    }
}
