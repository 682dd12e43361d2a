package dev.perennial.testbed.command;

import dev.perennial.testbed.Stack;
import dev.perennial.testbed.StackBuilder;
import dev.perennial.testbed.StartReport;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The background process of {@code up}: runs the stack until it receives SIGTERM. */
final class StackHolder {
    static final String READY_FILE = "endpoints.json";

    private StackHolder() {}

    static int run(Path folder, boolean verbose) {
        Stack stack = StartReport.start(builder(folder), verbose, System.out);
        RunFiles.write(stack);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stack.close();
        return 0;
    }

    /** Certificates for every name below {@code test} and {@code example.com}, each with an nginx site. */
    private static StackBuilder builder(Path folder) {
        return Stack.builder()
                .runFolder(folder)
                .allowedSuffixes("test", "example.com")
                .sitesOnRequest()
                .tracing();
    }
}
