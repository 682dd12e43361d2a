package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MonotonicTimeTest {
    /** {@link System#nanoTime} may start anywhere and overflow. */
    @Test
    void advancesWithTheNanoTimeOnly() {
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
        MonotonicTime time = new MonotonicTime(nanos::get);
        assertThat(time.instant()).isEqualTo(Instant.EPOCH);

        nanos.addAndGet(Duration.ofHours(2).toNanos());

        assertThat(time.instant()).isEqualTo(Instant.EPOCH.plus(Duration.ofHours(2)));
    }
}
