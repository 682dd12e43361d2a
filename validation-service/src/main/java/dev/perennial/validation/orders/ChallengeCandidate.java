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
 * One challenge and its solver.
 *
 * @param identifier as in the authorization: without the {@code *.} of a wildcard
 */
record ChallengeCandidate(Identifier identifier, Authorization.Challenge challenge, ChallengeSolver solver) {
    void present() {
        Spans.inSpan("present challenge", SpanKind.INTERNAL, attributes(), () -> solver.present(identifier, challenge));
    }

    Optional<Problem> check() {
        return Spans.inSpan("self-check", SpanKind.INTERNAL, attributes(), () -> solver.check(identifier, challenge));
    }

    void withdraw() {
        solver.withdraw(identifier, challenge);
    }

    private Map<String, String> attributes() {
        return Map.of("acme.identifier", identifier.value(), "acme.challenge.type", challenge.type());
    }
}
