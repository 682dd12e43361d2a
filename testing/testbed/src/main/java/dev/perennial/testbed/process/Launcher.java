package dev.perennial.testbed.process;

/** Starts programs: as processes of this machine or in containers on it. */
public interface Launcher {
    /** Starts the program and returns at once; it may not be ready, or may have ended already. */
    RunningProgram launch(Program program);
}
