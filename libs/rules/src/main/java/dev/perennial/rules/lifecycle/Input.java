package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Problem;
import java.util.List;

/** Everything an order can hear. */
public sealed interface Input {
    /** Something that belongs to one attempt. */
    sealed interface OfAttempt extends Input {
        int attempt();
    }

    /** A host's word about one certificate. */
    sealed interface OfHost extends Input {
        String host();

        String fingerprint();
    }

    /** Time has passed. */
    record DeadlinePassed() implements Input {}

    /** The CA took the order. */
    record Placed(int attempt, AcmeOrder acmeOrder) implements OfAttempt {}

    /** The CA will never take it. */
    record PlacementRefused(int attempt, Problem problem) implements OfAttempt {}

    /** The CA could not be asked; {@code problem.nextAttemptAt} where it said when. */
    record PlacementPostponed(int attempt, Problem problem) implements OfAttempt {}

    /** Control of every identifier is proven. */
    record Authorized(int attempt) implements OfAttempt {}

    /** Control could not be proven. */
    record Rejected(int attempt, List<Problem> problems) implements OfAttempt {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }

    /** The certificate is in Vault. */
    record Issued(int attempt, String fingerprint, List<String> targets) implements OfAttempt {
        public Issued {
            targets = List.copyOf(targets);
        }
    }

    /** No certificate came of it. */
    record IssuanceFailed(int attempt, Problem problem) implements OfAttempt {}

    /** A handshake showed the certificate. */
    record Deployed(String host, String fingerprint) implements OfHost {}

    /** The host's dry run passed; nothing that it serves was touched. */
    record Rehearsed(String host, String fingerprint) implements OfHost {}

    /** The host does not serve it. */
    record DeploymentFailed(String host, String fingerprint, Problem problem) implements OfHost {}

    /** The host serves the one before again. */
    record RolledBack(String host, String fingerprint, Problem problem) implements OfHost {}

    /** Nobody wants it any more, or not like that. */
    record Withdrawn(Problem problem) implements Input {}

    /** Another order of the same certificate takes its place. */
    record Superseded() implements Input {}
}
