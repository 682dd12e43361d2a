package dev.perennial.rules.revocation;

/** The progress of a revocation. */
public enum RevocationProgress {
    /** Waits until every target serves a new certificate. */
    REPLACING,
    /** The request to the issuance-service is due. */
    DUE,
    /** The issuance-service has the request and has not reported yet. */
    ORDERED,
    /** The CA has revoked it. */
    REVOKED,
    /** The CA refuses, and an operator has to act. */
    FAILED;

    public boolean isFinal() {
        return switch (this) {
            case REPLACING, DUE, ORDERED -> false;
            case REVOKED, FAILED -> true;
        };
    }
}
