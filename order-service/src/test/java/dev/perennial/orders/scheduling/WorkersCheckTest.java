package dev.perennial.orders.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class WorkersCheckTest {
    private static final Duration POLL = Duration.ofHours(1);

    private final WorkersCheck check = new WorkersCheck(() -> Duration.ofMillis(200));

    @Test
    void namesTheWorkerWhoseRoundDoesNotEnd() {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch finished = new CountDownLatch(1);
        try (Worker waiting = new Worker("waiting", new WakeupSignal(), POLL, () -> {
                    finished.countDown();
                    return false;
                });
                Worker hanging = new Worker("hanging", new WakeupSignal(), POLL, () -> {
                    end.await();
                    return false;
                })) {
            waiting.start();
            hanging.start();

            await().until(() -> check.call().getStatus() == Status.DOWN);
            HealthCheckResponse response = check.call();
            end.countDown();

            assertThat(finished.getCount()).isZero();
            assertThat(response.getData().orElseThrow().values()).containsExactly("hanging");
            await().until(() -> check.call().getStatus() == Status.UP);
        }
        assertThat(Worker.started()).isEmpty();
    }
}
