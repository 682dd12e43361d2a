package dev.perennial.testbed.command;

import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.PidFiles;
import java.time.Duration;
import java.util.List;

/** Ends what {@code up} started, also what is left of a run whose own process was killed. */
final class Down {
    private static final Duration ORDERLY = Duration.ofSeconds(60);

    private Down() {}

    static int run() {
        var owner = BackgroundRun.process();
        owner.ifPresent(process -> {
            System.out.println("stopping");
            process.destroy();
            if (!Await.until(ORDERLY, () -> !PidFiles.runs(process.pid()))) {
                System.out.println("it did not end within " + ORDERLY.toSeconds() + " s; ending it the hard way");
                process.destroyForcibly();
            }
        });
        List<String> swept = BackgroundRun.run().pids().sweep();
        if (!swept.isEmpty()) {
            System.out.println("ended what a killed run had left: " + String.join(", ", swept));
        }
        BackgroundRun.run().clear();
        System.out.println(owner.isPresent() || !swept.isEmpty() ? "down" : "nothing was up");
        return 0;
    }
}
