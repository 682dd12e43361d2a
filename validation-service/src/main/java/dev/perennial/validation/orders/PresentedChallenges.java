package dev.perennial.validation.orders;

import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.PresentationException;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/** What was presented for an order and not taken back yet, over all tries of one delivery. */
final class PresentedChallenges {
    private static final Logger LOG = Logger.getLogger(PresentedChallenges.class);

    private final Queue<ChallengeCandidate> proofs = new ConcurrentLinkedQueue<>();

    void add(ChallengeCandidate proof) {
        proofs.add(proof);
    }

    boolean isEmpty() {
        return proofs.isEmpty();
    }

    /**
     * Takes back all that it can. What cannot be taken back now must not undo what was proven: it is kept for the next call.
     *
     * @return why something is left, where it is
     */
    Optional<RetryLater> withdraw() {
        return withdraw(List.copyOf(proofs));
    }

    /** The same for these, which a delivery before this one may have presented. */
    Optional<RetryLater> withdraw(List<ChallengeCandidate> some) {
        proofs.removeAll(some);
        return Parallel.map(some.stream().distinct().toList(), this::withdrawn).stream()
                .flatMap(Optional::stream)
                .findFirst();
    }

    private Optional<RetryLater> withdrawn(ChallengeCandidate proof) {
        try {
            proof.withdraw();
            return Optional.empty();
        } catch (RetryLater e) {
            proofs.add(proof);
            return Optional.of(e);
        } catch (PresentationException e) {
            leftBehind(proof, e.getMessage());
            return Optional.empty();
        }
    }

    /** Says what is left, and forgets it. */
    void leaveBehind(String why) {
        proofs.forEach(proof -> leftBehind(proof, why));
        proofs.clear();
    }

    private static void leftBehind(ChallengeCandidate proof, String why) {
        LOG.warnf(
                "left behind: the %s answer of %s could not be taken back (%s); it is of no use to anybody any more",
                proof.challenge().type(), proof.identifier().value(), why);
    }
}
