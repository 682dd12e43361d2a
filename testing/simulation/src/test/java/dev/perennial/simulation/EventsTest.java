package dev.perennial.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the timer wheel, the backlog and the queue with collections of the JDK, with a fixed seed. */
class EventsTest {
    private final Random random = new Random(7);

    @Test
    void firesEachTimerOnceAtItsLatestTime() {
        TimerWheel wheel = new TimerWheel(1_000, 500);
        Map<Integer, Integer> expected = new HashMap<>();
        for (int i = 0; i < 2_000; i++) {
            int certificate = random.nextInt(500);
            int time = random.nextInt(1_200);
            wheel.set(certificate, time);
            expected.put(certificate, time);
        }
        expected.values().removeIf(time -> time >= 1_000);

        Map<Integer, Integer> fired = new HashMap<>();
        for (int now = 0; now < 1_000; now++) {
            for (int it = wheel.take(now); it != TimerWheel.NONE; it = wheel.take(now)) {
                assertThat(fired.put(it, now)).isNull();
            }
        }

        assertThat(fired).isEqualTo(expected);
    }

    @Test
    void takesCertificatesInOrderOfExpiry() {
        Backlog backlog = new Backlog();
        PriorityQueue<Long> expected = new PriorityQueue<>();
        for (int i = 0; i < 3_000; i++) {
            int expires = random.nextInt(1_000);
            backlog.add(i, expires);
            expected.add((long) expires << 32 | i);
            if (i % 3 == 0) {
                assertThat(backlog.take()).isEqualTo(expected.remove().intValue());
            }
        }

        while (!backlog.isEmpty()) {
            assertThat(backlog.take()).isEqualTo(expected.remove().intValue());
        }
        assertThat(expected).isEmpty();
    }

    @Test
    void keepsTheOrderOfAQueueThatGrowsAndWrapsAround() {
        PlacementQueue queue = new PlacementQueue();
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 6_000; i += 2) {
            queue.add(i);
            queue.add(i + 1);
            taken.add(queue.take());
        }
        while (!queue.isEmpty()) {
            taken.add(queue.take());
        }

        assertThat(taken).hasSize(6_000).isSorted();
    }
}
