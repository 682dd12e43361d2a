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
 * All ways to prove one identifier, in the order in which they are tried.
 *
 * @param identifier as it was ordered
 */
record ChallengeCandidates(Identifier identifier, List<ChallengeCandidate> proofs) {
    ChallengeCandidates {
        proofs = List.copyOf(proofs);
    }

    sealed interface Outcome {}

    /** We see it, so the CA should. */
    record Seen(ChallengeCandidate proof) implements Outcome {}

    record Unseen(IdentifierProblem problem) implements Outcome {}

    private record Failure(String method, Problem problem, Optional<RetryLater> later) {}

    /**
     * Presents one after the other until we see one ourselves.
     *
     * @param presented told of each before it is presented: whatever comes of it, it has to be withdrawn
     * @throws RetryLater where not one could even be presented, for reasons that may pass
     */
    Outcome present(Consumer<ChallengeCandidate> presented) {
        List<Failure> failures = new ArrayList<>();
        for (ChallengeCandidate proof : proofs) {
            presented.accept(proof);
            Optional<Failure> failure = tried(proof);
            if (failure.isEmpty()) {
                return new Seen(proof);
            }
            failures.add(failure.get());
        }
        if (failures.stream().allMatch(failure -> failure.later().isPresent())) {
            throw failures.getLast().later().orElseThrow();
        }
        return new Unseen(new IdentifierProblem(identifier, together(failures)));
    }

    private static Optional<Failure> tried(ChallengeCandidate proof) {
        String method = proof.challenge().type();
        try {
            proof.present();
            return proof.check().map(problem -> new Failure(method, problem, Optional.empty()));
        } catch (PresentationException e) {
            return Optional.of(new Failure(method, e.problem(), Optional.empty()));
        } catch (RetryLater e) {
            return Optional.of(new Failure(method, e.problem(), Optional.of(e)));
        }
    }

    /** With the code of the way that was wanted most. */
    private static Problem together(List<Failure> failures) {
        Problem first = failures.getFirst().problem();
        if (failures.size() == 1) {
            return first;
        }
        String evidence = failures.stream()
                .flatMap(failure -> failure.problem().evidence().map(seen -> failure.method() + ": " + seen).stream())
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
