package dev.perennial.testbed.process;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Waits for a condition until a deadline. The pause between two evaluations is at least 10 ms and at least nine times the
 * duration of the last evaluation, so that waiting for a remote answer leaves the CPU to the programs that produce it.
 */
public final class Await {
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);
    private static final int PAUSE_FACTOR = 9;

    private Await() {}

    /** Returns true as soon as the condition holds, and false after the time limit or when the thread is interrupted. */
    public static boolean until(Duration atMost, BooleanSupplier condition) {
        try {
            poll(atMost, condition);
            return true;
        } catch (ConditionTimeoutException e) {
            return false;
        }
    }

    /** @throws AssertionError with the evidence if the condition does not hold within the limit */
    public static void until(String description, Duration limit, BooleanSupplier condition, Supplier<String> evidence) {
        if (!until(limit, condition)) {
            throw new AssertionError("no " + description + " within " + limit + "; " + evidence.get());
        }
    }

    public static void until(String description, Duration limit, BooleanSupplier condition) {
        until(description, limit, condition, () -> "");
    }

    private static void poll(Duration atMost, BooleanSupplier condition) {
        var timed = new TimedCondition(condition);
        Awaitility.await()
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval((count, previous) -> timed.pause())
                .atMost(atMost)
                .until(timed);
    }

    private static final class TimedCondition implements Callable<Boolean> {
        private final BooleanSupplier condition;
        private Duration duration = Duration.ZERO;

        TimedCondition(BooleanSupplier condition) {
            this.condition = condition;
        }

        @Override
        public Boolean call() {
            if (Thread.currentThread().isInterrupted()) {
                throw new ConditionTimeoutException("interrupted");
            }
            long begin = System.nanoTime();
            try {
                return condition.getAsBoolean();
            } finally {
                duration = Duration.ofNanos(System.nanoTime() - begin);
            }
        }

        Duration pause() {
            Duration pause = duration.multipliedBy(PAUSE_FACTOR);
            if (pause.compareTo(SHORTEST_PAUSE) < 0) {
                return SHORTEST_PAUSE;
            }
            return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
        }
    }
}
