package dev.perennial.validation.orders;

import dev.perennial.events.Identifier;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.NoAnswerException;
import dev.perennial.validation.challenges.PresentationException;
import dev.perennial.validation.selfcheck.ControlQuery;
import dev.perennial.validation.selfcheck.NoAnswerCause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * All usable challenges of one identifier, in order of preference.
 *
 * @param identifier as in the order
 */
record ChallengeCandidates(Identifier identifier, List<ChallengeCandidate> candidates) {
    ChallengeCandidates {
        candidates = List.copyOf(candidates);
    }

    private static final Logger LOG = Logger.getLogger(ChallengeCandidates.class);

    sealed interface Outcome {}

    /** The self-check succeeded, so the CA's validation should too; or the CA decides. */
    record Ready(ChallengeCandidate candidate) implements Outcome {}

    record Failed(IdentifierProblem problem) implements Outcome {}

    /**
     * @param checked whether the response is presented, and only its self-check failed
     * @param retry empty if the failure counts
     */
    private record Failure(ChallengeCandidate candidate, Problem problem, boolean checked, Optional<RetryLater> retry) {
        String method() {
            return candidate.challenge().type();
        }
    }

    /**
     * Presents the candidates one after the other until a self-check succeeds.
     *
     * @param presented receives each candidate before it is presented, so that it is withdrawn after any outcome
     * @param control queried if no server answers for the name
     * @param caDecides whether the first candidate whose self-check fails is ready nevertheless
     * @throws RetryLater if no candidate could be presented because of temporary failures
     */
    Outcome present(Consumer<ChallengeCandidate> presented, ControlQuery control, boolean caDecides) {
        List<Failure> failures = new ArrayList<>();
        for (ChallengeCandidate candidate : candidates) {
            presented.accept(candidate);
            Optional<Failure> failure = attempt(candidate, control);
            if (failure.isEmpty()) {
                return new Ready(candidate);
            }
            failures.add(failure.get());
        }
        if (failures.stream().allMatch(failure -> failure.retry().isPresent())) {
            throw failures.getLast().retry().orElseThrow();
        }
        Optional<Failure> unconfirmed = failures.stream()
                .filter(failure -> caDecides && failure.checked())
                .findFirst();
        if (unconfirmed.isPresent()) {
            LOG.infof(
                    "the self-check of %s failed again; the CA is asked nevertheless, because only its answer counts: %s",
                    identifier.value(), unconfirmed.get().problem().detail());
            return new Ready(unconfirmed.get().candidate());
        }
        return new Failed(new IdentifierProblem(identifier, combined(failures)));
    }

    private static Optional<Failure> attempt(ChallengeCandidate candidate, ControlQuery control) {
        boolean checked = false;
        try {
            candidate.present();
            checked = true;
            return candidate.check().map(problem -> new Failure(candidate, problem, true, Optional.empty()));
        } catch (PresentationException e) {
            return Optional.of(new Failure(candidate, e.problem(), false, Optional.empty()));
        } catch (NoAnswerException e) {
            return Optional.of(
                    switch (NoAnswerCause.of(
                            e.problem(), control.query(candidate.challenge().url()))) {
                        case NoAnswerCause.NameFailed(Problem problem) ->
                            new Failure(candidate, problem, checked, Optional.empty());
                        case NoAnswerCause.OwnNetworkFailed(RetryLater failure) ->
                            new Failure(candidate, failure.problem(), false, Optional.of(failure));
                    });
        } catch (RetryLater e) {
            return Optional.of(new Failure(candidate, e.problem(), false, Optional.of(e)));
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
