package dev.perennial.validation.dns01;

/** The servers that must serve a TXT record before the CA is asked to validate. */
public enum Dns01SelfCheck {
    /** Every authoritative server of the zone. */
    AUTHORITATIVE,
    /** Every authoritative server that answers, and at least one. */
    ANSWERING,
    /** The resolver; the authoritative servers are never queried. */
    RESOLVER,
    /** None. */
    OFF
}
