package dev.perennial.testbed.ca;

/** Requests of two different rooms never run at Pebble at the same time; see {@link Rooms}. */
enum Room {
    /** Shares with everybody. */
    ANY,
    NEW_ORDER,
    AUTHORIZATION
}
