package dev.perennial.rules.retirement;

/** The policy for removing a name that fails validation from a certificate. */
public enum DropNames {
    /** An operator decides. */
    NEVER,
    /** When the current certificate expires soon, or must not be served. */
    IN_EMERGENCY,
    /** As soon as it is in quarantine. */
    AT_ONCE
}
