package dev.perennial.testbed.process;

/** Starts programs as processes or in containers on this machine. */
public interface Launcher {
    /** Starts the program and returns immediately; it may not be ready, or may have ended already. */
    RunningProgram launch(Program program);
}
