package dev.perennial.api;

/** The reason why an order or a renewal takes place. */
public enum Cause {
    REQUESTED,
    RENEWAL_REQUESTED,
    REPLACEMENT,
    REVOKED,
    KEY_COMPROMISED,
    SUGGESTED_WINDOW,
    LIFETIME_SPENT,
    CONFIGURED_DAYS,
    EMERGENCY
}
