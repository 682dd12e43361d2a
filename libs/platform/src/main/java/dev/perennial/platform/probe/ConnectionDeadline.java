package dev.perennial.platform.probe;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes a connection when its time is over, whatever it does: a read timeout begins anew with every byte. */
public final class ConnectionDeadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final AtomicBoolean happened;
    private final ScheduledFuture<?> closing;

    private ConnectionDeadline(AtomicBoolean happened, ScheduledFuture<?> closing) {
        this.happened = happened;
        this.closing = closing;
    }

    public static ConnectionDeadline after(Duration limit, Closeable connection) {
        var happened = new AtomicBoolean();
        Runnable close = () -> {
            // Before it closes: whoever reads fails at once, and asks.
            happened.set(true);
            quietly(connection);
        };
        return new ConnectionDeadline(happened, TIMER.schedule(close, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Whether the connection was closed for taking too long. */
    public boolean happened() {
        return happened.get();
    }

    @Override
    public void close() {
        closing.cancel(false);
    }

    public static void quietly(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            // It is gone either way.
            return;
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("tls-alpn-01-cutoff").factory());
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
