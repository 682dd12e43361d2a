package dev.perennial.api;

/** The state of an order, and of a certificate by its latest order. */
public enum CertificateState {
    DUE,
    PLACED,
    AUTHORIZED,
    ISSUED,
    DEPLOYED,
    /** Issued, and at least one target does not serve it. */
    UNDEPLOYED,
    REHEARSED,
    FAILED
}
