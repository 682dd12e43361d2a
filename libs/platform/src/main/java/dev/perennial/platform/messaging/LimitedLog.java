package dev.perennial.platform.messaging;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Limits a log line that a remote party can cause at any rate to one per interval. */
public final class LimitedLog {
    private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

    private final long interval;
    private final LongSupplier nanoTime;
    private final AtomicLong nextAt;
    private final AtomicLong skipped = new AtomicLong();

    /** One line per minute. */
    public LimitedLog() {
        this(DEFAULT_INTERVAL);
    }

    public LimitedLog(Duration interval) {
        this(interval, System::nanoTime);
    }

    LimitedLog(Duration interval, LongSupplier nanoTime) {
        this.interval = interval.toNanos();
        this.nanoTime = nanoTime;
        this.nextAt = new AtomicLong(nanoTime.getAsLong());
    }

    /** Writes the line if it is due. Its argument is the number of lines that were not written since the last one. */
    public void ifDue(LongConsumer line) {
        long now = nanoTime.getAsLong();
        long due = nextAt.get();
        // A difference, because nanoTime may overflow.
        if (now - due >= 0 && nextAt.compareAndSet(due, now + interval)) {
            line.accept(skipped.getAndSet(0));
        } else {
            skipped.incrementAndGet();
        }
    }
}
