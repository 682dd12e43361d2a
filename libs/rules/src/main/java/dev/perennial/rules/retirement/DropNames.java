package dev.perennial.rules.retirement;

/** When a name that fails validation is removed from a certificate. */
public enum DropNames {
    /** An operator decides. */
    NEVER,
    /** When the current certificate expires soon, or must not be served. */
    IN_EMERGENCY,
    /** As soon as it is in quarantine. */
    AT_ONCE
}
