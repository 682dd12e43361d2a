package dev.perennial.rules.limits;

/** A kind of request or result that a CA limits. Buckets are locked in the order of these constants. */
public enum LimitKind {
    /** New orders within seconds. */
    REQUESTS("new orders in quick succession"),
    /** New orders of the account. */
    ACCOUNT_ORDERS("new orders of the account"),
    /** Certificates below one registered domain. */
    REGISTERED_DOMAIN("certificates for the registered domain"),
    /** Certificates for exactly the same names. */
    NAME_SET("certificates for exactly these names"),
    /** Validations of one name that the CA failed. */
    FAILED_AUTHORIZATIONS("failed validations of the name");

    private final String description;

    LimitKind(String description) {
        this.description = description;
    }

    /** A description for people. */
    public String description() {
        return description;
    }

    /** Whether a certificate uses the token, so that it is returned if the order ends without one. */
    boolean ofCertificate() {
        return this == REGISTERED_DOMAIN || this == NAME_SET;
    }
}
