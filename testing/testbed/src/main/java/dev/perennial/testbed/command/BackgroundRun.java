package dev.perennial.testbed.command;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.process.PidFiles;
import java.nio.file.Path;
import java.util.Optional;

/** The run of {@code up}, in the checkout's folder {@code .run} or the folder in the system property {@code perennial.run}. */
final class BackgroundRun {
    private static final String FOLDER = "perennial.run";

    private BackgroundRun() {}

    static Path folder() {
        return Optional.ofNullable(System.getProperty(FOLDER))
                .map(folder -> Path.of(folder).toAbsolutePath())
                .orElseGet(() -> Checkout.find().root().resolve(".run"));
    }

    static RunFolder run() {
        return RunFolder.at(folder());
    }

    /** The process that holds the stack, if it runs. */
    static Optional<ProcessHandle> process() {
        return run().pids().find(PidFiles.OWNER);
    }
}
