package dev.perennial.orders.identity;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jose4j.jwk.JsonWebKey;

/**
 * The public keys of a provider. A thread reads them in advance, so that no request waits for the provider, and again
 * regularly, so that a key that the provider withdraws is not accepted any more.
 */
final class ProviderKeys implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ProviderKeys.class);

    /** @param read interval, retry interval after a failure, and how long keys are used without being read again */
    record Intervals(Duration read, Duration retry, Duration use) {
        static final Intervals USUAL =
                new Intervals(Duration.ofMinutes(5), Duration.ofSeconds(10), Duration.ofHours(1));
    }

    /** Reads the keys of a provider. */
    @FunctionalInterface
    interface Source {
        List<JsonWebKey> keys() throws IOException;
    }

    private record Read(List<JsonWebKey> keys, long nanos) {}

    private final String provider;
    private final Source source;
    private final Intervals intervals;
    /** A permit requests the next reading at once. */
    private final Semaphore requested = new Semaphore(0);

    private final Thread thread;
    private volatile Read last = new Read(List.of(), 0);
    private volatile boolean closed;

    ProviderKeys(String provider, Source source, Intervals intervals) {
        this.provider = provider;
        this.source = source;
        this.intervals = intervals;
        this.thread = Thread.ofVirtual().name("keys-of-" + provider).start(this::run);
    }

    /** Empty if they were not read yet, or not for a long time. */
    Optional<List<JsonWebKey>> current() {
        Read read = last;
        return read.keys().isEmpty()
                        || System.nanoTime() - read.nanos() > intervals.use().toNanos()
                ? Optional.empty()
                : Optional.of(read.keys());
    }

    /**
     * After a token with an unknown key: the provider may have a new one. Anyone can send such a token, so the keys are read
     * at most once per retry interval.
     */
    void readSoon() {
        if (requested.availablePermits() == 0) {
            requested.release();
        }
    }

    private void run() {
        try {
            while (!closed) {
                boolean read = read();
                TimeUnit.NANOSECONDS.sleep(intervals.retry().toNanos());
                if (read) {
                    requested.tryAcquire(intervals.read().toMillis(), TimeUnit.MILLISECONDS);
                }
                requested.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean read() {
        try {
            last = new Read(source.keys(), System.nanoTime());
            return true;
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.warnf(
                        "the keys of the identity provider %s cannot be read: %s; next attempt in %d s. %s",
                        provider,
                        e.getMessage(),
                        intervals.retry().toSeconds(),
                        current().isPresent()
                                ? "Its tokens are verified with the keys that were read before"
                                : "Its tokens are answered with status 503");
            }
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
