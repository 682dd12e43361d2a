package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LimitedLogTest {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
    private final LimitedLog log = new LimitedLog(Duration.ofMinutes(1), now::get);
    private final List<Long> lines = new ArrayList<>();

    @Test
    void writesOneLinePerIntervalWithTheNumberOfTheOthers() {
        log.ifDue(lines::add);
        log.ifDue(lines::add);
        now.addAndGet(Duration.ofSeconds(59).toNanos());
        log.ifDue(lines::add);
        now.addAndGet(Duration.ofSeconds(1).toNanos());
        log.ifDue(lines::add);
        now.addAndGet(Duration.ofMinutes(1).toNanos());
        log.ifDue(lines::add);

        assertThat(lines).containsExactly(0L, 2L, 0L);
    }
}
