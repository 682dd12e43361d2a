package dev.perennial.platform.probe;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Closes a connection after a fixed time. A read timeout is not sufficient, because it restarts with every byte. */
public final class ConnectionDeadline implements AutoCloseable {
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final AtomicBoolean expired;
    private final ScheduledFuture<?> closing;

    private ConnectionDeadline(AtomicBoolean expired, ScheduledFuture<?> closing) {
        this.expired = expired;
        this.closing = closing;
    }

    public static ConnectionDeadline after(Duration limit, Closeable connection) {
        var expired = new AtomicBoolean();
        Runnable close = () -> {
            // Set first: the reader fails as soon as the connection closes, and then calls expired().
            expired.set(true);
            closeQuietly(connection);
        };
        return new ConnectionDeadline(expired, TIMER.schedule(close, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    /** Whether the deadline closed the connection. */
    public boolean expired() {
        return expired.get();
    }

    @Override
    public void close() {
        closing.cancel(false);
    }

    public static void closeQuietly(Closeable connection) {
        try {
            connection.close();
        } catch (IOException e) {
            // The connection is unusable either way.
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
