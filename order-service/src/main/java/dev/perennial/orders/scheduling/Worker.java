package dev.perennial.orders.scheduling;

import dev.perennial.events.RetryLater;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * A virtual thread that repeats rounds while there is work, then waits for a signal or the poll interval. No {@code
 * Throwable} ends the worker: it delays the next round. {@link WorkersCheck} reports a worker that does not finish a
 * round.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Worker.class);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

    /**
     * The started workers of this process that are not closed. Static, because it concerns every worker, wherever it is
     * created.
     */
    private static final Set<Worker> STARTED = ConcurrentHashMap.newKeySet();

    /** One round. */
    @FunctionalInterface
    public interface Round {
        /** @return whether the next round may find work at once */
        boolean run() throws InterruptedException;
    }

    private final String name;
    private final Round round;
    private final WakeupSignal signal;
    private final Duration poll;
    private final Thread thread;
    private volatile boolean closed;
    /** {@code System.nanoTime()} at which the last round began. */
    private volatile long roundStartedAt;

    private volatile boolean inRound;

    public Worker(String name, WakeupSignal signal, Duration poll, Round round) {
        this.name = name;
        this.round = round;
        this.signal = signal;
        this.poll = poll;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::work);
    }

    public Worker start() {
        thread.start();
        STARTED.add(this);
        return this;
    }

    static Stream<Worker> started() {
        return STARTED.stream();
    }

    String name() {
        return name;
    }

    /** @return whether the current round has lasted longer than {@code limit}, or the thread has ended */
    boolean isStalled(Duration limit) {
        return !thread.isAlive() || (inRound && System.nanoTime() - roundStartedAt > limit.toNanos());
    }

    private void work() {
        while (!closed) {
            try {
                if (!attempt()) {
                    signal.await(poll);
                }
            } catch (InterruptedException e) {
                // Only close() ends the worker, and it sets the flag first.
                LOG.debugf("worker %s was interrupted", name);
            } catch (Throwable e) {
                pause();
            }
        }
    }

    private boolean attempt() throws InterruptedException {
        roundStartedAt = System.nanoTime();
        inRound = true;
        try {
            return round.run();
        } catch (RetryLater e) {
            LOG.warnf("worker %s cannot continue: %s; it retries in %s", name, e.getMessage(), AFTER_ERROR);
            signal.await(AFTER_ERROR);
            return false;
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            if (!closed) {
                LOG.errorf(e, "worker %s failed; it retries in %s", name, AFTER_ERROR);
                signal.await(AFTER_ERROR);
            }
            return false;
        } finally {
            inRound = false;
        }
    }

    /** Without memory the report of the error fails too; this needs none. */
    private static void pause() {
        LockSupport.parkNanos(AFTER_ERROR.toNanos());
    }

    /** Waits a few seconds for the end of the round, then interrupts it. */
    @Override
    public void close() {
        closed = true;
        STARTED.remove(this);
        signal.raise();
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
