package dev.perennial.testbed.command;

import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.PidFiles;
import java.time.Duration;
import java.util.List;

/** Stops the stack that {@code up} started, and the remaining parts of a killed stack. */
final class Down {
    private static final Duration ORDERLY = Duration.ofSeconds(60);

    private Down() {}

    static int run() {
        var owner = BackgroundRun.process();
        owner.ifPresent(process -> {
            System.out.println("Stopping the stack.");
            process.destroy();
            if (!Await.until(ORDERLY, () -> !PidFiles.runs(process.pid()))) {
                System.out.println("It did not stop within " + ORDERLY.toSeconds() + " s; killing it.");
                process.destroyForcibly();
            }
        });
        List<String> swept = BackgroundRun.run().pids().sweep();
        if (!swept.isEmpty()) {
            System.out.println("Stopped the parts of a killed run: " + String.join(", ", swept));
        }
        BackgroundRun.run().clear();
        System.out.println(owner.isPresent() || !swept.isEmpty() ? "Stopped." : "The stack was not running.");
        return 0;
    }
}
