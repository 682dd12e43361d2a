package dev.perennial.rules.lifecycle;

/** Why an order was made. */
public enum OrderCause {
    /** Somebody asked for the certificate. */
    REQUESTED,
    /** Somebody asked for its renewal. */
    FORCED,
    /** It is one of many that are replaced according to a plan. */
    REPLACEMENT,
    /** What is served was revoked. */
    REVOKED,
    /** Somebody else may have the key of what is served. */
    KEY_COMPROMISED,
    /** Its moment in the window that the CA suggests (RFC 9773 section 4.2) has come. */
    SUGGESTED_WINDOW,
    /** So much of its life is spent that it is time. */
    LIFETIME_SPENT,
    /** The operator wants it renewed so long before it expires. */
    CONFIGURED_DAYS,
    /** It expires soon: nothing else counts any more. */
    EMERGENCY
}
