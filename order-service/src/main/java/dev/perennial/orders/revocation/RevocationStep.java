package dev.perennial.orders.revocation;

import java.time.Instant;

/** What is to be done about a revocation that is due. */
sealed interface RevocationStep {
    /** A new certificate is to be ordered. */
    record Replace(Instant lookAgain) implements RevocationStep {}

    /** Nothing now. */
    record Await(Instant lookAgain) implements RevocationStep {}

    /** The issuance-service is to be told. @param answerBy when it is told again */
    record Revoke(Instant answerBy) implements RevocationStep {}
}
