package dev.perennial.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class OrderPollerTest {
    private final List<Duration> pauses = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-21T09:00:00Z");
    private final OrderPoller poller = new OrderPoller(() -> now, pause -> {
        pauses.add(pause);
        now = now.plus(pause);
    });

    @Test
    void backsOffWithoutRetryAfter() {
        assertThat(await(pending(null), pending(null), pending(null), new OrderProgress.Ready()))
                .isInstanceOf(OrderProgress.Ready.class);
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(50L, 100L, 200L, 400L);
    }

    @Test
    void followsRetryAfter() {
        await(pending(Duration.ofSeconds(3)), pending(Duration.ZERO), new OrderProgress.Ready());
        assertThat(pauses).extracting(Duration::toMillis).containsExactly(50L, 3000L, 50L);
    }

    @Test
    void failsInsteadOfWaitingBeyondTheTimeout() {
        assertThatExceptionOfType(RetryLater.class)
                .isThrownBy(() -> await(pending(Duration.ofHours(2))))
                .satisfies(e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.STEP_TIMED_OUT));
        assertThat(pauses).hasSize(1);
    }

    private OrderProgress await(OrderProgress... responses) {
        Queue<OrderProgress> queue = new ArrayDeque<>(List.of(responses));
        return poller.await(Duration.ofMillis(50), Duration.ofMinutes(2), queue::remove);
    }

    private static OrderProgress pending(Duration retryAfter) {
        return new OrderProgress.Pending(Optional.ofNullable(retryAfter));
    }
}
