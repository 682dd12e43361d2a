package dev.perennial.api;

/** The purpose of an order. */
public enum Purpose {
    LIVE,
    REHEARSAL,
    DRILL
}
