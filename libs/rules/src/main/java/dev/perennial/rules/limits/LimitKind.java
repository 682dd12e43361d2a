package dev.perennial.rules.limits;

/** What a CA counts. The order of the constants is the order in which their buckets are locked. */
public enum LimitKind {
    /** New orders a second. */
    REQUESTS("new orders in quick succession"),
    /** New orders of the account. */
    ACCOUNT_ORDERS("new orders of the account"),
    /** Certificates below one registered domain. */
    REGISTERED_DOMAIN("certificates for the registered domain"),
    /** Certificates for exactly the same names. */
    NAME_SET("certificates for exactly these names"),
    /** Validations of one name that the CA failed. */
    FAILED_AUTHORIZATIONS("failed validations of the name");

    private final String words;

    LimitKind(String words) {
        this.words = words;
    }

    /** What is counted, for a person. */
    public String words() {
        return words;
    }

    /** Whether it is spent by a certificate, and so comes back where an order ends without one. */
    boolean ofCertificate() {
        return this == REGISTERED_DOMAIN || this == NAME_SET;
    }
}
