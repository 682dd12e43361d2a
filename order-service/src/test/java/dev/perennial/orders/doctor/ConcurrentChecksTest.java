package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ConcurrentChecksTest {
    @Test
    void runsChecksConcurrently() {
        CountDownLatch both = new CountDownLatch(2);
        try (ConcurrentChecks checks = new ConcurrentChecks(Duration.ofSeconds(20))) {
            var first = checks.begin(() -> meet(both));
            var second = checks.begin(() -> meet(both));
            assertThat(first.get()).isEqualTo(new Observation.Found<>("met"));
            assertThat(second.get()).isEqualTo(new Observation.Found<>("met"));
        }
    }

    @Test
    void limitsTheWaitForAllChecks() {
        CountDownLatch never = new CountDownLatch(2);
        try (ConcurrentChecks checks = new ConcurrentChecks(Duration.ofMillis(50))) {
            assertThat(checks.begin(() -> meet(never)).get()).isInstanceOf(Observation.Missed.class);
        }
    }

    @Test
    void distinguishesIoErrorsFromDefects() {
        try (ConcurrentChecks checks = new ConcurrentChecks(Duration.ofSeconds(20))) {
            assertThat(checks.begin(() -> {
                                throw new IOException("no answer");
                            })
                            .get())
                    .isEqualTo(new Observation.Missed<>("no answer"));
            assertThat(checks.begin(() -> {
                                throw new RetryLater(Problem.of(ErrorCode.CA_UNAVAILABLE, "it is down", "HTTP 503"));
                            })
                            .get())
                    .isEqualTo(new Observation.Missed<>("it is down: HTTP 503"));
            assertThatIllegalStateException().isThrownBy(() -> checks.begin(() -> {
                        throw new IllegalStateException("a defect");
                    })
                    .get());
        }
    }

    private static String meet(CountDownLatch others) throws InterruptedException {
        others.countDown();
        others.await();
        return "met";
    }
}
