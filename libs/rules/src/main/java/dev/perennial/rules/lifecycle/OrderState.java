package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Problem;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where an order is. Each state holds what its moves need and nothing else. */
public sealed interface OrderState {
    /** 1 for the first ACME order of this intent; a new ACME order counts one up. */
    int attempt();

    /**
     * Waits to be placed at the CA.
     *
     * @param dueAt earliest moment; while somebody is placing it, the end of the lease
     * @param postponements how often the CA could not be asked in this attempt
     * @param lastProblem why it was not placed, or why the attempt before came to nothing
     */
    record Due(int attempt, Instant dueAt, int postponements, Optional<Problem> lastProblem) implements OrderState {}

    /**
     * The CA has the order and waits for proof of control.
     *
     * @param drives how often {@code order.placed} was sent again because nobody reported
     * @param deadline when somebody must have reported
     * @param early what hosts reported before the issuance was heard of: topics do not wait for each other
     */
    record Placed(int attempt, AcmeOrder acmeOrder, int drives, Instant deadline, Map<String, HostReport> early)
            implements OrderState {
        public Placed {
            early = Map.copyOf(early);
        }

        Placed with(String host, HostReport report) {
            return new Placed(attempt, acmeOrder, drives, deadline, plus(early, host, report));
        }
    }

    /** Control is proven; the certificate is being issued. Fields as in {@link Placed}. */
    record Authorized(int attempt, AcmeOrder acmeOrder, int drives, Instant deadline, Map<String, HostReport> early)
            implements OrderState {
        public Authorized {
            early = Map.copyOf(early);
        }

        Authorized with(String host, HostReport report) {
            return new Authorized(attempt, acmeOrder, drives, deadline, plus(early, host, report));
        }
    }

    /**
     * Issued and in Vault; hosts have yet to prove that they serve it, or there are none (then this is the end).
     *
     * @param watch absent where no host is waited for, or another certificate has taken its place
     */
    record Issued(int attempt, Rollout rollout, Optional<Watch> watch) implements OrderState {}

    /** Every target host serves it, proven by a handshake. */
    record Deployed(int attempt, Rollout rollout) implements OrderState {}

    /** Issued, and at least one host said that it does not serve it. Fields as in {@link Issued}. */
    record Undeployed(int attempt, Rollout rollout, Optional<Watch> watch) implements OrderState {
        /** The failure of the first such host by name. */
        public Problem problem() {
            return rollout.failed().firstEntry().getValue();
        }
    }

    /** A rehearsal that is over: every target's dry run passed, or something else was asked for meanwhile. */
    record Rehearsed(int attempt, Rollout rollout) implements OrderState {}

    /** Given up: nobody tries again without a new request. */
    record Failed(int attempt, Problem problem) implements OrderState {}

    /** A host's last word about a certificate; a problem where it is not served. */
    record HostReport(String fingerprint, Optional<Problem> problem) {}

    /**
     * Hosts that were to serve it and do not are told again.
     *
     * @param reminders how often they were
     * @param next when they are the next time
     */
    record Watch(int reminders, Instant next) {}

    private static Map<String, HostReport> plus(Map<String, HostReport> early, String host, HostReport report) {
        Map<String, HostReport> all = new TreeMap<>(early);
        all.put(host, report);
        return all;
    }
}
