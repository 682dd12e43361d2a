package dev.perennial.testbed.process;

import java.time.Duration;

/** A started program. */
public interface RunningProgram {
    boolean isRunning();

    long pid();

    /** Sends SIGTERM, and SIGKILL after the grace period. Returns when the program has ended. */
    void stop(Duration grace);

    /** Sends SIGKILL. Returns when the program has ended. */
    void kill();
}
