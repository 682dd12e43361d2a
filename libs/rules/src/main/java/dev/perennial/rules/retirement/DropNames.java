package dev.perennial.rules.retirement;

/** When a name that cannot be proven any more is taken out of a certificate. */
public enum DropNames {
    /** Somebody decides. */
    NEVER,
    /** When what is served expires soon, or must not be served. */
    IN_EMERGENCY,
    /** As soon as it is in quarantine. */
    AT_ONCE
}
