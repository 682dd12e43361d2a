package dev.perennial.validation.orders;

import dev.perennial.acme.Authorization;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.validation.challenges.ChallengeSolver;
import io.opentelemetry.api.trace.SpanKind;
import java.util.Map;
import java.util.Optional;

/**
 * One challenge and who answers it.
 *
 * @param identifier as the CA shows it: without the {@code *.} of a wildcard
 */
record ChallengeCandidate(Identifier identifier, Authorization.Challenge challenge, ChallengeSolver prover) {
    void present() {
        Spans.inSpan("present challenge", SpanKind.INTERNAL, attributes(), () -> prover.present(identifier, challenge));
    }

    Optional<Problem> check() {
        return Spans.inSpan("self-check", SpanKind.INTERNAL, attributes(), () -> prover.check(identifier, challenge));
    }

    void withdraw() {
        prover.withdraw(identifier, challenge);
    }

    private Map<String, String> attributes() {
        return Map.of("acme.identifier", identifier.value(), "acme.challenge.type", challenge.type());
    }
}
