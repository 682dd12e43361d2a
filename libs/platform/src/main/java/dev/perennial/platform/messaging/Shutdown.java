package dev.perennial.platform.messaging;

import java.util.concurrent.CompletableFuture;

/**
 * The shutdown of this process. Failures during a shutdown are not reported, because they occur when components of the
 * process stop before the work that uses them: the record stays unacknowledged and is redelivered.
 */
public final class Shutdown {
    private Shutdown() {}

    /** Queries the state of the JVM, because components refuse calls before shutdown events are delivered. */
    public static boolean isUnderWay() {
        try {
            Runtime.getRuntime().removeShutdownHook(new Thread());
            return Thread.currentThread().isInterrupted();
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /**
     * Processes one record. A return acknowledges the record, and an exception sends it to the dead-letter topic. If a
     * shutdown interrupts the work, this method does neither: it blocks until the JVM ends. Call it on a virtual
     * thread.
     *
     * @throws RuntimeException of the work, unless a shutdown is under way
     */
    public static void guard(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!(e instanceof WorkInterrupted) && !isUnderWay()) {
                throw e;
            }
            new CompletableFuture<Void>().join();
        }
    }

    /** Ends the processing of a record without any report, because the service is shutting down. */
    public static final class WorkInterrupted extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public WorkInterrupted() {
            super("the service is shutting down; the record is delivered again after the restart", null, false, false);
        }
    }
}
