package dev.perennial.rules.revocation;

import java.time.Instant;

/** The next step of a revocation that is due. */
public sealed interface RevocationStep {
    /** A new certificate is ordered. */
    record Replace(Instant nextCheck) implements RevocationStep {}

    /** Nothing is due before the next check. */
    record Await(Instant nextCheck) implements RevocationStep {}

    /**
     * The issuance-service is requested to revoke it.
     *
     * @param answerBy when the request is repeated
     */
    record Revoke(Instant answerBy) implements RevocationStep {}
}
