package dev.perennial.validation.dns01;

/** The rights that a credential of a DNS provider is meant to have. */
public enum ExpectedRights {
    /** TXT records at {@code _acme-challenge} labels. */
    CHALLENGE_NAMES,
    /** TXT records of the whole zone, which has no other purpose. */
    TXT,
    /** The rights are not checked. */
    UNCHECKED
}
