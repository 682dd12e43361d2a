package dev.perennial.agent.install;

import dev.perennial.agent.host.InstallLocation;

/** Told of every waypoint as it is passed. */
@FunctionalInterface
public interface CrashPoints {
    void passed(CrashPoint waypoint, InstallLocation site);
}
