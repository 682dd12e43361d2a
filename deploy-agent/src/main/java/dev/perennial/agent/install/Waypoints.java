package dev.perennial.agent.install;

import dev.perennial.agent.host.Site;

/** Told of every waypoint as it is passed. */
@FunctionalInterface
public interface Waypoints {
    void passed(Waypoint waypoint, Site site);
}
