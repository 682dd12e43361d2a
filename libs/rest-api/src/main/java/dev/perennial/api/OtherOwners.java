package dev.perennial.api;

/** Whether owners without a policy may request. */
public enum OtherOwners {
    ALLOWED,
    DENIED
}
