package dev.perennial.platform.messaging;

import java.util.concurrent.CompletableFuture;

/**
 * The shutdown of this process, as the processing of a record sees it. Failures during a shutdown are not real failures, because
 * the process's own components refuse calls first. They are not reported: the record stays unacknowledged and is delivered again.
 */
public final class Shutdown {
    private Shutdown() {}

    /** Asks the JVM, because components refuse calls before shutdown events are delivered. */
    public static boolean isUnderWay() {
        try {
            Runtime.getRuntime().removeShutdownHook(new Thread());
            return Thread.currentThread().isInterrupted();
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /**
     * Processes one record. Returning acknowledges the record, and an exception sends it to the dead-letter topic. If a shutdown
     * interrupts the work, this method does neither: it blocks until the JVM ends. Call it on a virtual thread.
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
