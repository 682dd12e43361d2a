package dev.perennial.agent.targets;

/** Called at every crash point, in the order in which a deployment passes them. */
@FunctionalInterface
public interface CrashPoints {
    void passed(CrashPoint point, String certificateName);
}
