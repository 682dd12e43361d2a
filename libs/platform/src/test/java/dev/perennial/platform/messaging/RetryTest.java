package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RetryTest {
    private static final Problem SEALED = Problem.of(ErrorCode.VAULT_UNAVAILABLE, "Vault is sealed");
    private final Retry retry = new Retry(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofSeconds(20));

    @Test
    void repeatsUntilTheWorkSucceeds() {
        var attempts = new AtomicInteger();

        String result = retry.call("reading", Clock.systemUTC(), () -> {
            if (attempts.incrementAndGet() < 5) {
                throw new RetryLater(SEALED);
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(attempts).hasValue(5);
    }

    @Test
    void failsWithTheLastProblemIfTheNextAttemptWouldExceedTheLimit() {
        var later = SEALED.nextAttempt(Clock.systemUTC().instant().plus(Duration.ofHours(1)));

        assertThatThrownBy(() -> retry.call("reading", Clock.systemUTC(), () -> {
                    throw new RetryLater(later);
                }))
                .isInstanceOfSatisfying(
                        RetryLater.class, e -> assertThat(e.problem()).isEqualTo(later));
    }

    @Test
    @Timeout(60)
    void endsAlthoughTheClockIsSetBack() {
        var ahead = new AtomicReference<>(Duration.ofHours(2));
        Clock clock = ((InstantSource) () -> Clock.systemUTC().instant().plus(ahead.get())).withZone(ZoneOffset.UTC);
        var brief = new Retry(Duration.ofMillis(1), Duration.ofMillis(4), Duration.ofMillis(100));

        assertThatThrownBy(() -> brief.call("reading", clock, () -> {
                    ahead.set(Duration.ZERO);
                    throw new RetryLater(SEALED);
                }))
                .isInstanceOf(RetryLater.class);
    }

    @Test
    void doesNotRepeatAfterADefect() {
        var attempts = new AtomicInteger();

        assertThatThrownBy(() -> retry.call("reading", Clock.systemUTC(), () -> {
                    attempts.incrementAndGet();
                    throw new IllegalStateException("defect");
                }))
                .isInstanceOf(IllegalStateException.class);
        assertThat(attempts).hasValue(1);
    }
}
