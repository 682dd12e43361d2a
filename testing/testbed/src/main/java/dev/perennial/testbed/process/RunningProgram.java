package dev.perennial.testbed.process;

import java.time.Duration;

/** A started program. */
public interface RunningProgram {
    boolean alive();

    long pid();

    /** SIGTERM, and SIGKILL where it is still there after the grace period. Returns when it is gone. */
    void stop(Duration grace);

    /** SIGKILL, as a crash would be. Returns when it is gone. */
    void kill();
}
