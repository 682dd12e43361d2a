package dev.perennial.signatures;

/** How signatures are used. */
public enum SignatureMode {
    IGNORED,
    WARN,
    REQUIRED
}
