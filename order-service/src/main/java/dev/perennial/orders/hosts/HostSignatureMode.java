package dev.perennial.orders.hosts;

/** How the signatures of reports are used. */
public enum HostSignatureMode {
    IGNORED,
    WARN,
    REQUIRED
}
