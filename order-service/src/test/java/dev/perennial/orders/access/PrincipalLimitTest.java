package dev.perennial.orders.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PrincipalLimitTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    private final PrincipalLimit limit = new PrincipalLimit(60);

    @Test
    void limitsEachPrincipalForAMinute() {
        assertThat(allowed("a", NOW, 100)).isEqualTo(60);
        assertThat(limit.allows("a", NOW.plusSeconds(59))).isFalse();
        assertThat(limit.allows("b", NOW)).isTrue();
        assertThat(limit.allows("a", NOW.plusSeconds(60))).isTrue();
    }

    @Test
    void startsANewWindowIfTheClockIsCorrected() {
        allowed("a", NOW.plusSeconds(7200), 100);

        assertThat(limit.allows("a", NOW)).isTrue();
    }

    @Test
    void forgetsThePrincipalsThatAskedLongestAgo() {
        allowed("a", NOW, 100);
        IntStream.range(0, 10_000).forEach(i -> limit.allows("p" + i, NOW));

        assertThat(limit.allows("a", NOW)).isTrue();
    }

    private long allowed(String principal, Instant at, int requests) {
        return IntStream.range(0, requests)
                .filter(i -> limit.allows(principal, at))
                .count();
    }
}
