package dev.perennial.validation.orders;

import dev.perennial.events.RetryLater;
import dev.perennial.platform.concurrency.Parallel;
import dev.perennial.validation.challenges.PresentationException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/** The responses that were presented for an order and are not withdrawn yet, over all attempts of one delivery. */
final class PresentedChallenges {
    private static final Logger LOG = Logger.getLogger(PresentedChallenges.class);

    private final Queue<ChallengeCandidate> candidates = new ConcurrentLinkedQueue<>();
    private final ChallengeUses uses;

    /** @param uses of all deliveries */
    PresentedChallenges(ChallengeUses uses) {
        this.uses = uses;
    }

    void add(ChallengeCandidate candidate) {
        uses.add(candidate, this);
        candidates.add(candidate);
    }

    boolean isEmpty() {
        return candidates.isEmpty();
    }

    /**
     * Withdraws as many responses as possible, except those that another delivery uses, and keeps the others for the
     * next call: a failed withdrawal must not change the result of the validation.
     *
     * @return the failure of a response that is still presented
     */
    Optional<RetryLater> withdraw() {
        return withdraw(List.copyOf(candidates));
    }

    /** Withdraws these responses, which an earlier delivery may have presented. */
    Optional<RetryLater> withdraw(List<ChallengeCandidate> selected) {
        candidates.removeAll(selected);
        return Parallel.map(selected.stream().distinct().toList(), this::withdrawn).stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<RetryLater> withdrawn(ChallengeCandidate candidate) {
        if (!uses.remove(candidate, this)) {
            return Optional.empty();
        }
        try {
            candidate.withdraw();
            return Optional.empty();
        } catch (RetryLater e) {
            add(candidate);
            return Optional.of(e);
        } catch (PresentationException e) {
            logAbandoned(candidate, e.getMessage());
            return Optional.empty();
        }
    }

    /** Logs the remaining responses and discards them. */
    void abandon(String reason) {
        candidates.forEach(candidate -> {
            uses.remove(candidate, this);
            logAbandoned(candidate, reason);
        });
        candidates.clear();
    }

    private static void logAbandoned(ChallengeCandidate candidate, String reason) {
        LOG.warnf(
                "the %s response of %s could not be withdrawn (%s); it is withdrawn after"
                        + " perennial.validation.challenge-retention",
                candidate.challenge().type(), candidate.identifier().value(), reason);
    }
}
