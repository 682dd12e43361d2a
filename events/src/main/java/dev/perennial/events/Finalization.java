package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;

/** Whether a finalize request (RFC 8555 section 7.4) of an attempt may have reached the CA. */
public enum Finalization {
    /** None was sent, and none will be: the CA cannot have issued a certificate. */
    NEVER,
    /** One may have been sent: the CA may have issued a certificate, or may still do so. */
    MAYBE;

    @JsonCreator
    static Finalization fromWire(String name) {
        return NEVER.name().equals(name) ? NEVER : MAYBE;
    }
}
