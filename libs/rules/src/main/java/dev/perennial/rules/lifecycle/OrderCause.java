package dev.perennial.rules.lifecycle;

/** The reason for an order. */
public enum OrderCause {
    /** The certificate was requested. */
    REQUESTED,
    /** Its renewal was requested. */
    RENEWAL_REQUESTED,
    /** It belongs to a replacement of many certificates. */
    REPLACEMENT,
    /** The current certificate was revoked. */
    REVOKED,
    /** The key of the current certificate may be known to others. */
    KEY_COMPROMISED,
    /** Its time in the window that the CA suggests (RFC 9773 section 4.2) has come. */
    SUGGESTED_WINDOW,
    /** The configured share of its lifetime has passed. */
    LIFETIME_SPENT,
    /** The operator configured a renewal this long before expiry. */
    CONFIGURED_DAYS,
    /** It expires soon, which overrides every other reason to wait. */
    EMERGENCY;

    /** Whether the certificate or its renewal was requested: such an order is not part of a loop. */
    boolean isRequested() {
        return this == REQUESTED || this == RENEWAL_REQUESTED;
    }
}
