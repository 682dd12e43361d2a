package dev.perennial.testbed;

import java.io.PrintStream;
import java.time.Duration;

/** Starts a whole stack and reports it to a user: on one line, or with one line for each part. */
public final class StartReport {
    private static final String PARTS = "Kafka, PostgreSQL, OpenBao, Pebble, nginx, Zipkin and the four services";

    private StartReport() {}

    /** @throws PartFailedException if a part does not start */
    public static Stack start(StackBuilder builder, boolean verbose, PrintStream out) {
        long begin = System.nanoTime();
        out.print("Starting " + PARTS + (verbose ? ":\n" : " ... "));
        out.flush();
        Stack stack;
        try {
            stack = builder.progress(verbose ? Progress.lines(out) : Progress.silent())
                    .start();
        } catch (PartFailedException e) {
            out.println(verbose ? "" : "failed");
            throw e;
        }
        long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
        out.println((verbose ? "All parts are ready after " : "ready after ") + seconds + " s.");
        return stack;
    }
}
