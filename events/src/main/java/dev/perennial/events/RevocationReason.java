package dev.perennial.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/** The reasons of RFC 5280 section 5.3.1 that CAs accept over ACME. */
public enum RevocationReason {
    UNSPECIFIED("unspecified", 0),
    /** The private key is known, or may be known, to others. */
    KEY_COMPROMISE("keyCompromise", 1),
    AFFILIATION_CHANGED("affiliationChanged", 3),
    /** Another certificate replaces it. */
    SUPERSEDED("superseded", 4),
    /** Its service is no longer operated. */
    CESSATION_OF_OPERATION("cessationOfOperation", 5),
    PRIVILEGE_WITHDRAWN("privilegeWithdrawn", 9);

    private final String wireName;
    private final int code;

    RevocationReason(String wireName, int code) {
        this.wireName = wireName;
        this.code = code;
    }

    /** The spelling of RFC 5280. */
    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** The value of CRLReason (RFC 5280 section 5.3.1). */
    public int code() {
        return code;
    }

    /** @throws IllegalArgumentException if it is none of these */
    @JsonCreator
    public static RevocationReason fromWire(String name) {
        return Arrays.stream(values())
                .filter(reason -> reason.wireName.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a reason: " + name));
    }

    /** The spelling for output and in JSON errors. */
    @Override
    public String toString() {
        return wireName;
    }
}
