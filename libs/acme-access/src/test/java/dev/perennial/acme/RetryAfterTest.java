package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
    private static final Instant NOW = Instant.parse("2026-11-21T09:00:00Z");

    @Test
    void readsSecondsAndDates() {
        assertThat(RetryAfter.parse("0", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse(" 90 ", NOW)).contains(Duration.ofSeconds(90));
        assertThat(RetryAfter.parse("Sat, 21 Nov 2026 09:00:05 GMT", NOW)).contains(Duration.ofSeconds(5));
    }

    @Test
    void limitsTheWaitToOneDay() {
        assertThat(RetryAfter.parse("Sat, 21 Nov 2026 08:00:00 GMT", NOW)).contains(Duration.ZERO);
        assertThat(RetryAfter.parse("86401", NOW)).contains(Duration.ofDays(1));
        assertThat(RetryAfter.parse("99999999999999999999", NOW)).contains(Duration.ofDays(1));
        assertThat(RetryAfter.parse("Sat, 21 Nov 2099 08:00:00 GMT", NOW)).contains(Duration.ofDays(1));
    }

    @Test
    void limitsTheWaitForARateLimitToAWeek() {
        assertThat(RetryAfter.parseRateLimit("122400", NOW)).contains(Duration.ofHours(34));
        assertThat(RetryAfter.parseRateLimit("604801", NOW)).contains(Duration.ofDays(7));
        assertThat(RetryAfter.parseRateLimit("99999999999999999999", NOW)).contains(Duration.ofDays(7));
    }

    @Test
    void ignoresMalformedValues() {
        assertThat(RetryAfter.parse("-5", NOW)).isEmpty();
        assertThat(RetryAfter.parse("soon", NOW)).isEmpty();
        assertThat(RetryAfter.parse("", NOW)).isEmpty();
    }
}
