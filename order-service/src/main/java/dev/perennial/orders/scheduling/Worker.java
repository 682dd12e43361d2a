package dev.perennial.orders.scheduling;

import dev.perennial.events.RetryLater;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * A virtual thread that repeats rounds while there is work, then waits for a signal or the poll interval. An error
 * delays the next round and never ends the worker.
 */
public final class Worker implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Worker.class);
    private static final Duration AFTER_ERROR = Duration.ofSeconds(1);

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

    public Worker(String name, WakeupSignal signal, Duration poll, Round round) {
        this.name = name;
        this.round = round;
        this.signal = signal;
        this.poll = poll;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::work);
    }

    public Worker start() {
        thread.start();
        return this;
    }

    private void work() {
        try {
            while (!closed) {
                if (!attempt()) {
                    signal.await(poll);
                }
            }
        } catch (InterruptedException e) {
            LOG.debugf("worker %s was interrupted", name);
        }
    }

    private boolean attempt() throws InterruptedException {
        try {
            return round.run();
        } catch (RetryLater e) {
            LOG.warnf("worker %s cannot continue: %s; it retries in %s", name, e.getMessage(), AFTER_ERROR);
            signal.await(AFTER_ERROR);
            return false;
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.errorf(e, "worker %s failed; it retries in %s", name, AFTER_ERROR);
                signal.await(AFTER_ERROR);
            }
            return false;
        }
    }

    /** Waits a few seconds for the end of the round, then interrupts it. */
    @Override
    public void close() {
        closed = true;
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
