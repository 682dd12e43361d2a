package dev.perennial.platform.messaging;

import java.util.concurrent.CompletableFuture;

/**
 * The end of this process, as the work on a record sees it: what looks like a failure then is none (our own parts refuse
 * first), so nobody is told of it, and the record stays unacknowledged and is delivered again.
 */
public final class Shutdown {
    private Shutdown() {}

    /** Asked of the JVM itself: its parts begin to refuse before anybody else is told of the end. */
    public static boolean isUnderWay() {
        try {
            Runtime.getRuntime().removeShutdownHook(new Thread());
            return Thread.currentThread().isInterrupted();
        } catch (IllegalStateException e) {
            return true;
        }
    }

    /**
     * Works on one record. Returning would acknowledge it, and throwing would bury it: where a stop cuts the work off, this
     * does neither, ever, and the JVM ends under it; call it on a virtual thread.
     *
     * @throws RuntimeException a defect of the work, where no stop is under way
     */
    public static void orServe(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            if (!(e instanceof CutOff) && !isUnderWay()) {
                throw e;
            }
            new CompletableFuture<Void>().join();
        }
    }

    /** The work ends here, without a word to anybody. */
    public static final class CutOff extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public CutOff() {
            super("the service is being stopped; the record is delivered again", null, false, false);
        }
    }
}
