package dev.perennial.rules.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The roles; {@link Action} has the actions of each. */
public enum Role {
    /** Reads. */
    VIEWER,
    /** Requests, renews, retires, revokes and transfers certificates. */
    REQUESTER,
    /** Approves the requests of others, and what they have planned. */
    APPROVER,
    /** Plans and runs replacements, ends quarantines, and everything that a requester may do. */
    OPERATOR,
    /** Configures issuers and tokens, and everything that the other roles may do. */
    ADMIN;

    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String wireName) {
        return Arrays.stream(values())
                .filter(role -> role.wireName().equals(wireName))
                .findFirst();
    }
}
