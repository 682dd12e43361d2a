package dev.perennial.orders.revocation;

import java.time.Instant;

/** What is to be done about a revocation that is due. */
sealed interface Step {
    /** A new certificate is to be ordered. */
    record Replace(Instant lookAgain) implements Step {}

    /** Nothing now. */
    record Await(Instant lookAgain) implements Step {}

    /** The issuance-service is to be told. @param answerBy when it is told again */
    record Revoke(Instant answerBy) implements Step {}
}
