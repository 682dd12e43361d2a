package dev.perennial.validation.orders;

import dev.perennial.events.RetryLater;
import dev.perennial.validation.challenges.Unpresentable;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jboss.logging.Logger;

/** What was presented for an order and not taken back yet, over all tries of one delivery. */
final class Presented {
    private static final Logger LOG = Logger.getLogger(Presented.class);

    private final Queue<Proof> proofs = new ConcurrentLinkedQueue<>();

    void add(Proof proof) {
        proofs.add(proof);
    }

    void withdraw() {
        List<Proof> all = new ArrayList<>();
        for (Proof proof = proofs.poll(); proof != null; proof = proofs.poll()) {
            all.add(proof);
        }
        withdraw(all.stream().distinct().toList());
    }

    /** What cannot be taken back now must not undo what was proven. */
    static void withdraw(List<Proof> proofs) {
        Together.map(proofs, proof -> {
            try {
                proof.withdraw();
            } catch (RetryLater | Unpresentable e) {
                LOG.warnf(
                        "left behind: the %s answer of %s could not be taken back (%s); it is of no use to anybody any more",
                        proof.challenge().type(), proof.identifier().value(), e.getMessage());
            }
            return proof;
        });
    }
}
