package dev.perennial.orders.scheduling;

/** A kind of task; a certificate has at most one of each kind. */
public enum ScheduledTask {
    /** Create the order that renews the certificate. */
    RENEW,
    /** Fetch the renewal information of the CA (RFC 9773). */
    POLL_ARI,
    /** Check its revocation status at the CA. */
    CHECK_STATUS
}
