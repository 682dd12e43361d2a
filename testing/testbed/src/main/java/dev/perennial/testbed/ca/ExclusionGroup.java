package dev.perennial.testbed.ca;

/** Requests of two different rooms never run at Pebble at the same time; see {@link GroupExclusion}. */
enum ExclusionGroup {
    /** Shares with everybody. */
    ANY,
    NEW_ORDER,
    AUTHORIZATION
}
