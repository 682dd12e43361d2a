package dev.perennial.orders.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerTest {
    private static final Duration POLL = Duration.ofMillis(1);

    @Test
    void continuesAfterAnError() throws InterruptedException {
        continuesAfter(() -> {
            throw new OutOfMemoryError("for the test");
        });
    }

    @Test
    void continuesAfterAnInterruptOfItsRound() throws InterruptedException {
        continuesAfter(() -> {
            throw new InterruptedException("for the test");
        });
    }

    private static void continuesAfter(Worker.Round failing) throws InterruptedException {
        AtomicInteger rounds = new AtomicInteger();
        CountDownLatch second = new CountDownLatch(1);
        WakeupSignal signal = new WakeupSignal();
        try (Worker worker = new Worker("failing", signal, POLL, () -> {
            if (rounds.incrementAndGet() == 1) {
                signal.raise();
                return failing.run();
            }
            second.countDown();
            return false;
        })) {
            worker.start();

            assertThat(second.await(10, TimeUnit.SECONDS)).as("a second round").isTrue();
        }
    }
}
