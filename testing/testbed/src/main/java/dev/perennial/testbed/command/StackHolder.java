package dev.perennial.testbed.command;

import dev.perennial.testbed.Progress;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.demo.DemoSites;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The background process of {@code up}: keeps the stack until it is told to end. */
final class StackHolder {
    static final String READY_FILE = "endpoints.json";

    private StackHolder() {}

    static int run(Path folder) {
        Stack stack = Stack.builder()
                .runFolder(folder)
                .sites(DemoSites.ALL)
                .tracing()
                .progress(Progress.lines(System.out))
                .start();
        Endpoints.write(stack);
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stack.close();
        return 0;
    }
}
