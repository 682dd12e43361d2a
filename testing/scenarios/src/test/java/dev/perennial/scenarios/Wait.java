package dev.perennial.scenarios;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits with a condition and a deadline; says what it saw when the deadline passes. */
final class Wait {
    private static final Duration LOOK = Duration.ofMillis(10);

    private Wait() {}

    static void until(String what, Duration limit, BooleanSupplier condition, Supplier<String> evidence) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("no " + what + " within " + limit + "; " + evidence.get());
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    static void until(String what, Duration limit, BooleanSupplier condition) {
        until(what, limit, condition, () -> "");
    }
}
