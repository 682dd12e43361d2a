package dev.perennial.testbed.command;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.PidFiles;
import java.nio.file.Path;
import java.util.Optional;

/** The run of {@code up} in this checkout. */
final class BackgroundRun {
    private BackgroundRun() {}

    static Path folder() {
        return Checkout.find().root().resolve(".run");
    }

    static RunFolder run() {
        return RunFolder.at(folder());
    }

    /** The testbed's own process, where it lives. */
    static Optional<ProcessHandle> process() {
        return run().pids().find(PidFiles.OWNER);
    }
}
