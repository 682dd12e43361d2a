package dev.perennial.validation.orders;

import dev.perennial.events.Identifier;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * All usable challenges of one identifier, in order of preference.
 *
 * @param identifier as in the order
 */
record ChallengeCandidates(Identifier identifier, List<ChallengeCandidate> candidates) {
    ChallengeCandidates {
        candidates = List.copyOf(candidates);
    }

    sealed interface Outcome {}

    /** The self-check succeeded, so the CA's validation should too. */
    record Ready(ChallengeCandidate candidate) implements Outcome {}

    record Failed(IdentifierProblem problem) implements Outcome {}

    private record Failure(String method, Problem problem, Optional<RetryLater> retry) {}

    /**
     * Presents the candidates one after the other until a self-check succeeds.
     *
     * @param presented receives each candidate before it is presented, so that it is withdrawn after any outcome
     * @throws RetryLater if no candidate could be presented because of temporary failures
     */
    Outcome present(Consumer<ChallengeCandidate> presented) {
        List<Failure> failures = new ArrayList<>();
        for (ChallengeCandidate candidate : candidates) {
            presented.accept(candidate);
            Optional<Failure> failure = attempt(candidate);
            if (failure.isEmpty()) {
                return new Ready(candidate);
            }
            failures.add(failure.get());
        }
        if (failures.stream().allMatch(failure -> failure.retry().isPresent())) {
            throw failures.getLast().retry().orElseThrow();
        }
        return new Failed(new IdentifierProblem(identifier, combined(failures)));
    }

    private static Optional<Failure> attempt(ChallengeCandidate candidate) {
        String method = candidate.challenge().type();
        try {
            candidate.present();
            return candidate.check().map(problem -> new Failure(method, problem, Optional.empty()));
        } catch (PresentationException e) {
            return Optional.of(new Failure(method, e.problem(), Optional.empty()));
        } catch (RetryLater e) {
            return Optional.of(new Failure(method, e.problem(), Optional.of(e)));
        }
    }

    /** Has the code of the preferred challenge type. */
    private static Problem combined(List<Failure> failures) {
        Problem first = failures.getFirst().problem();
        if (failures.size() == 1) {
            return first;
        }
        String evidence = failures.stream()
                .flatMap(failure -> failure.problem().evidence().map(text -> failure.method() + ": " + text).stream())
                .collect(Collectors.joining("; "));
        return new Problem(
                first.code(),
                failures.stream()
                        .map(failure ->
                                failure.method() + ": " + failure.problem().detail())
                        .collect(Collectors.joining("; then ")),
                evidence.isEmpty() ? Optional.empty() : Optional.of(evidence),
                Optional.empty());
    }
}
