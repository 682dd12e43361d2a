package dev.perennial.orders.scheduling;

/** What there may be to do about a certificate; at most one of each. */
public enum ScheduledTask {
    /** Make the order that renews it. */
    RENEW,
    /** Ask the CA when it would like the certificate to be renewed. */
    POLL_ARI,
    /** See whether somebody has revoked it. */
    CHECK_STATUS
}
