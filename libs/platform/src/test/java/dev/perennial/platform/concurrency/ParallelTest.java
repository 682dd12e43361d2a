package dev.perennial.platform.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.Test;

class ParallelTest {
    @Test
    void processesAllAtOnceAndKeepsTheirOrder() {
        CountDownLatch started = new CountDownLatch(3);

        assertThat(Parallel.map(List.of(1, 2, 3), input -> {
                    started.countDown();
                    assertThat(await(started)).isTrue();
                    return input * 10;
                }))
                .containsExactly(10, 20, 30);
    }

    @Test
    void throwsTheFirstFailureAfterAllHaveEnded() {
        CountDownLatch lastEnded = new CountDownLatch(1);
        Queue<Integer> ended = new ConcurrentLinkedQueue<>();

        assertThatThrownBy(() -> Parallel.forEach(List.of(1, 2, 3), input -> {
                    if (input == 3) {
                        lastEnded.countDown();
                    } else {
                        assertThat(await(lastEnded)).isTrue();
                    }
                    ended.add(input);
                    if (input < 3) {
                        throw new IllegalArgumentException("input " + input);
                    }
                }))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("input 1");

        assertThat(ended).containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void keepsTheLogContextOfTheCaller() {
        MDC.put("order", "o-1");
        try {
            assertThat(Parallel.map(List.of(1, 2), input -> MDC.get("order"))).containsExactly("o-1", "o-1");
        } finally {
            MDC.remove("order");
        }
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
