package dev.perennial.orders.scheduling;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/** Wakes one waiting worker; wake-ups that arrive before it waits count as one. */
public final class WakeupSignal {
    private final BlockingQueue<Boolean> raised = new ArrayBlockingQueue<>(1);

    public void raise() {
        raised.offer(Boolean.TRUE);
    }

    /** Returns when the signal is raised, at the latest after {@code limit}. */
    public void await(Duration limit) throws InterruptedException {
        raised.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    }
}
