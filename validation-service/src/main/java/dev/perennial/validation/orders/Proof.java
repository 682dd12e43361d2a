package dev.perennial.validation.orders;

import dev.perennial.acme.Authorization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.validation.challenges.Prover;
import java.util.Optional;

/**
 * One challenge and who answers it.
 *
 * @param identifier as the CA shows it: without the {@code *.} of a wildcard
 */
record Proof(Identifier identifier, Authorization.Challenge challenge, Prover prover) {
    void present() {
        prover.present(identifier, challenge);
    }

    Optional<Problem> check() {
        return prover.check(identifier, challenge);
    }

    void withdraw() {
        prover.withdraw(identifier, challenge);
    }
}
