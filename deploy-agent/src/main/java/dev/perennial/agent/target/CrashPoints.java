package dev.perennial.agent.target;

import dev.perennial.agent.target.includefile.IncludeFileLocation;

/** Told of every waypoint as it is passed. */
@FunctionalInterface
public interface CrashPoints {
    void passed(CrashPoint waypoint, IncludeFileLocation site);
}
