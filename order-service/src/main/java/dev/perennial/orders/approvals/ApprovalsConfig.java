package dev.perennial.orders.approvals;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Requests that wait for the decision of a second person. */
@ConfigMapping(prefix = "perennial.approvals")
public interface ApprovalsConfig {
    /** Requests of one action and one owner that may wait at the same time; those that concern no owner count together. */
    @WithDefault("100")
    int maxWaitingPerOwner();

    /** Requests of one action that may wait at the same time. */
    @WithDefault("5000")
    int maxWaiting();

    /** The time for a decision that {@code perennial.four-eyes} requires; at most 14 days. */
    @WithDefault("2d")
    Duration fourEyesTimeout();

    /** Interval at which expired approvals are recorded. A request whose time is over cannot be approved before that either. */
    @WithDefault("10s")
    Duration expiryInterval();
}
