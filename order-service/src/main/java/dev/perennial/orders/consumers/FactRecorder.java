package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateAccepted;
import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateNamesDead;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRetired;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentOverdue;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderFailed;
import dev.perennial.events.OrderPlaced;
import dev.perennial.events.OrderRehearsed;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.RenewalStarted;
import dev.perennial.events.RevocationAccepted;
import dev.perennial.events.RevocationFailed;
import dev.perennial.events.RevocationOrdered;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.renewal.PostIssuanceTasks;
import dev.perennial.orders.revocation.RevocationTable;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Commits a fact: inbox, the order's move and what follows from it in one transaction. */
@Singleton
public class FactRecorder {
    private static final Logger LOG = Logger.getLogger(FactRecorder.class);

    private final Database database;
    private final OrderTransitions transitions;
    private final Budget budget;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public FactRecorder(Database database, OrderTransitions transitions, Budget budget, Clock clock, Wakeups wakeups) {
        this.database = database;
        this.transitions = transitions;
        this.budget = budget;
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /**
     * @return what became of it; empty where it was heard before or is nothing to us
     * @throws dev.perennial.events.RetryLater where the database is unavailable; nothing was committed
     */
    public Optional<Decision> record(CloudEvent event) {
        if (!(event.data() instanceof OrderFact fact)) {
            return Optional.empty();
        }
        Optional<Input> input = input(fact);
        if (input.isEmpty()) {
            return Optional.empty();
        }
        Optional<Decision> decision = database.inTransaction(tx -> record(tx, event, fact, input.get()));
        wakeups.factWritten().raise();
        if (fact instanceof CertificateIssued || fact instanceof CertificateDeployed) {
            // What a revocation waits for, perhaps.
            wakeups.revocationDue().raise();
        }
        if (decision.filter(FactRecorder::makesAnOrder).isPresent()) {
            wakeups.orderDue().raise();
        }
        return decision;
    }

    private static boolean makesAnOrder(Decision decision) {
        return decision instanceof Decision.Moved moved && moved.next() instanceof OrderState.Rehearsed;
    }

    private Optional<Decision> record(Handle tx, CloudEvent event, OrderFact fact, Input input) {
        Instant now = clock.instant();
        if (!new Inbox(tx).isNew(event, now)) {
            LOG.debugf("event %s was heard before", event.id());
            return Optional.empty();
        }
        OrderTransitions.Outcome outcome = transitions.apply(tx, fact.certificateId(), fact.orderId(), input);
        if (outcome.decision() instanceof Decision.Moved) {
            follow(tx, outcome.order().orElseThrow(), fact, now);
        }
        return Optional.of(outcome.decision());
    }

    /** What a fact that moved the order says beyond it. */
    private void follow(Handle tx, StoredOrder before, OrderFact fact, Instant now) {
        switch (fact) {
            case CertificateIssued it -> {
                // What a rehearsal made is not the certificate.
                if (!before.isRehearsal()) {
                    new Certificates(tx).issued(it, now);
                    new PostIssuanceTasks(tx).begin(it, before, now);
                    new RevocationTable(tx).inherit(it.fingerprint(), now);
                    new RevocationTable(tx).look(it.certificateId(), now);
                }
            }
            case OrderRejected it -> budget.proofFailed(tx, before, it, now);
            case OrderAuthorized it -> budget.proven(tx, before, now);
            case IssuanceFailed it -> {}
            case CertificateDeployed it -> new RevocationTable(tx).look(it.certificateId(), now);
            case CertificateRehearsed it -> {}
            case DeploymentFailed it -> {}
            case DeploymentRolledBack it -> {}
            case CertificateAccepted it -> {}
            case OrderPlaced it -> {}
            case OrderFailed it -> {}
            case OrderRehearsed it -> {}
            // About no order, and so never here.
            case CertificateRevoked it -> {}
            case RevocationFailed it -> {}
            case RenewalStarted it -> {}
            case RevocationAccepted it -> {}
            case RevocationOrdered it -> {}
            case DeploymentOverdue it -> {}
            case CertificateRetired it -> {}
            case CertificateNamesDead it -> {}
        }
    }

    private static Optional<Input> input(OrderFact fact) {
        return switch (fact) {
            case OrderAuthorized it ->
                Optional.of(new Input.Authorized(it.order().attempt()));
            case OrderRejected it ->
                Optional.of(new Input.Rejected(
                        it.attempt(),
                        it.problems().stream().map(IdentifierProblem::problem).toList()));
            case CertificateIssued it -> Optional.of(new Input.Issued(it.attempt(), it.fingerprint(), it.targets()));
            case IssuanceFailed it -> Optional.of(new Input.IssuanceFailed(it.attempt(), it.problem()));
            case CertificateDeployed it -> Optional.of(new Input.Deployed(it.host(), it.fingerprint()));
            case CertificateRehearsed it -> Optional.of(new Input.Rehearsed(it.host(), it.fingerprint()));
            case DeploymentFailed it ->
                Optional.of(new Input.DeploymentFailed(it.host(), it.fingerprint(), it.problem()));
            case DeploymentRolledBack it ->
                Optional.of(new Input.RolledBack(it.host(), it.fingerprint(), it.problem()));
            // What was issued is revoked; no order moves.
            case CertificateRevoked it -> Optional.empty();
            case RevocationFailed it -> Optional.empty();
            // Our own words.
            case RenewalStarted it -> Optional.empty();
            case RevocationAccepted it -> Optional.empty();
            case RevocationOrdered it -> Optional.empty();
            case CertificateAccepted it -> Optional.empty();
            case OrderPlaced it -> Optional.empty();
            case OrderFailed it -> Optional.empty();
            case OrderRehearsed it -> Optional.empty();
            case DeploymentOverdue it -> Optional.empty();
            case CertificateRetired it -> Optional.empty();
            case CertificateNamesDead it -> Optional.empty();
        };
    }
}
