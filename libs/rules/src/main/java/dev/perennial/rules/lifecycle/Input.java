package dev.perennial.rules.lifecycle;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Finalization;
import dev.perennial.events.Problem;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import java.util.List;
import java.util.Optional;

/** An event that can change the state of an order. */
public sealed interface Input {
    /** An input that belongs to one attempt. */
    sealed interface OfAttempt extends Input {
        int attempt();
    }

    /** The report of a host about one certificate. */
    sealed interface OfHost extends Input {
        String host();

        String fingerprint();

        HostReport report();
    }

    /** A deadline of the order has passed. */
    record DeadlinePassed() implements Input {}

    /** The CA accepted the order. */
    record Placed(int attempt, AcmeOrder acmeOrder) implements OfAttempt {}

    /** The CA will never accept the order. */
    record PlacementRefused(int attempt, Problem problem) implements OfAttempt {}

    /** The CA was unavailable; {@code problem.nextAttemptAt} holds its Retry-After, if it sent one. */
    record PlacementPostponed(int attempt, Problem problem) implements OfAttempt {}

    /** Control of every identifier is proven. */
    record Authorized(int attempt) implements OfAttempt {}

    /**
     * Control could not be proven. Except for a temporary problem, the CA has stated that the order is not finalized
     * and cannot be.
     */
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

    /** The attempt ended without a certificate, which the CA may nevertheless have issued. */
    record IssuanceFailed(int attempt, Problem problem, Finalization finalization) implements OfAttempt {}

    /**
     * TLS handshakes with the host returned the certificate.
     *
     * @param proofs of its endpoints, in words
     */
    record Deployed(String host, String fingerprint, List<String> proofs) implements OfHost {
        public Deployed {
            proofs = List.copyOf(proofs);
        }

        public Deployed(String host, String fingerprint) {
            this(host, fingerprint, List.of());
        }

        @Override
        public HostReport report() {
            return new HostReport(fingerprint, Optional.empty());
        }
    }

    /** The host's dry run passed; nothing that it serves was touched. */
    record Rehearsed(String host, String fingerprint) implements OfHost {
        @Override
        public HostReport report() {
            return new HostReport(fingerprint, Optional.empty());
        }
    }

    /** The host does not serve the certificate. */
    record DeploymentFailed(String host, String fingerprint, Problem problem) implements OfHost {
        @Override
        public HostReport report() {
            return new HostReport(fingerprint, Optional.of(problem));
        }
    }

    /** The host serves the previous certificate again. */
    record RolledBack(String host, String fingerprint, Problem problem) implements OfHost {
        @Override
        public HostReport report() {
            return new HostReport(fingerprint, Optional.of(problem));
        }
    }

    /** The CA of an attempt that was left has issued a certificate for it. */
    record Recovered(AcmeOrder acmeOrder) implements Input {}

    /** The certificate is no longer requested, or is requested with other settings. */
    record Withdrawn(Problem problem) implements Input {}

    /** Another order of the same certificate replaces this one. */
    record Superseded() implements Input {}
}
