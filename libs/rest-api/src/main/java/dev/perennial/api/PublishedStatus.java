package dev.perennial.api;

/** The revocation status of a certificate in the CRL or OCSP response of its CA. */
public enum PublishedStatus {
    GOOD,
    REVOKED,
    UNKNOWN,
    /** The certificate names neither a CRL nor an OCSP responder. */
    NOT_OFFERED,
    UNAVAILABLE
}
