package dev.perennial.orders.consumers;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRehearsed;
import dev.perennial.events.CertificateRevoked;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.DeploymentFailed;
import dev.perennial.events.DeploymentRolledBack;
import dev.perennial.events.Finalization;
import dev.perennial.events.IssuanceFailed;
import dev.perennial.events.KeyedState;
import dev.perennial.events.OrderAuthorized;
import dev.perennial.events.OrderFact;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.OrderServiceFact;
import dev.perennial.events.Request;
import dev.perennial.events.RevocationFailed;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.messaging.Inbox;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.renewal.PostIssuanceTasks;
import dev.perennial.orders.revocation.RevocationTable;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.RefusedFacts;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.Decision;
import dev.perennial.rules.lifecycle.Input;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Commits a fact: the inbox entry, the order's transition and its consequences in one transaction. */
@Singleton
public class FactRecorder {
    private static final Logger LOG = Logger.getLogger(FactRecorder.class);

    private static final FollowUp NOTHING_MORE = (tx, before, now) -> {};
    private static final WriterCheck BY_TOPIC_AND_SOURCE = tx -> Optional.empty();

    private final Database database;
    private final OrderTransitions transitions;
    private final Budget budget;
    private final Clock clock;
    private final RefusedFacts refused;

    @Inject
    public FactRecorder(
            Database database, OrderTransitions transitions, Budget budget, Clock clock, RefusedFacts refused) {
        this.database = database;
        this.transitions = transitions;
        this.budget = budget;
        this.clock = clock;
        this.refused = refused;
    }

    /** Whether the writer of a fact may publish it. */
    @FunctionalInterface
    interface WriterCheck {
        /** Why the fact does not count; empty if it does. */
        Optional<String> refusal(Handle tx);
    }

    /** Applies a fact whose writer {@link dev.perennial.platform.messaging.EventReader} has checked. */
    public Optional<Decision> record(CloudEvent event) {
        return record(event, BY_TOPIC_AND_SOURCE);
    }

    /**
     * Applies a fact of another service to its order.
     *
     * @param writer a further check of the writer
     * @return the decision; empty for a duplicate, and for an event that does not concern an order
     * @throws dev.perennial.events.RetryLater if the database is unavailable; nothing was committed
     */
    Optional<Decision> record(CloudEvent event, WriterCheck writer) {
        return switch (event.data()) {
            case OrderAuthorized it ->
                apply(event, it, writer, new Input.Authorized(it.order().attempt()), budget::proven);
            case OrderRejected it ->
                apply(
                        event,
                        it,
                        writer,
                        rejected(event, it, clock.instant()),
                        (tx, before, now) -> budget.proofFailed(tx, before, it, now));
            case CertificateIssued it ->
                apply(
                        event,
                        it,
                        writer,
                        new Input.Issued(it.attempt(), it.fingerprint(), it.targets()),
                        (tx, before, now) -> issued(tx, before, it, now));
            case IssuanceFailed it ->
                apply(
                        event,
                        it,
                        writer,
                        new Input.IssuanceFailed(
                                it.attempt(),
                                event.withReaderClock(it.problem(), clock.instant()),
                                it.finalization().orElse(Finalization.MAYBE)),
                        NOTHING_MORE);
            case CertificateDeployed it ->
                apply(
                        event,
                        it,
                        writer,
                        new Input.Deployed(it.host(), it.fingerprint(), ProofText.of(it)),
                        (tx, before, now) -> new RevocationTable(tx).check(it.certificateId(), now));
            case CertificateRehearsed it ->
                apply(event, it, writer, new Input.Rehearsed(it.host(), it.fingerprint()), NOTHING_MORE);
            case DeploymentFailed it ->
                apply(
                        event,
                        it,
                        writer,
                        new Input.DeploymentFailed(it.host(), it.fingerprint(), it.problem()),
                        NOTHING_MORE);
            case DeploymentRolledBack it ->
                apply(event, it, writer, new Input.RolledBack(it.host(), it.fingerprint(), it.problem()), NOTHING_MORE);
            // RevocationReports records them.
            case CertificateRevoked it -> Optional.empty();
            case RevocationFailed it -> Optional.empty();
            // No service publishes these on a topic that is read here.
            case OrderServiceFact it -> Optional.empty();
            case KeyedState it -> Optional.empty();
            case Request it -> Optional.empty();
        };
    }

    /** The changes besides the move of the order, in the same transaction. */
    @FunctionalInterface
    private interface FollowUp {
        void commit(Handle tx, StoredOrder before, Instant now);
    }

    private Optional<Decision> apply(
            CloudEvent event, OrderFact fact, WriterCheck writer, Input input, FollowUp followUp) {
        return database.inTransaction(tx -> apply(tx, event, fact, writer, input, followUp));
    }

    private Optional<Decision> apply(
            Handle tx, CloudEvent event, OrderFact fact, WriterCheck writer, Input input, FollowUp followUp) {
        Instant now = clock.instant();
        Optional<StoredOrder> order = new Orders(tx).lock(fact.orderId()).filter(it -> it.certificateId()
                .equals(fact.certificateId()));
        if (order.isEmpty()) {
            // Without an inbox entry, as below.
            return Optional.of(transitions
                    .apply(tx, fact.certificateId(), fact.orderId(), input)
                    .decision());
        }
        StoredOrder before = order.get();
        Optional<String> refusal = FactCheck.refusal(event, input, before).or(() -> writer.refusal(tx));
        if (refusal.isPresent()) {
            // Without an inbox entry, which would make the genuine fact with the same id a duplicate.
            refused.record(tx, event, fact.certificateId(), fact.orderId(), refusal.get(), now);
            return Optional.of(new Decision.Refused(refusal.get()));
        }
        if (!new Inbox(tx).isNew(event, now)) {
            LOG.debugf("event %s is a duplicate: acknowledged without effect", event.id());
            return Optional.empty();
        }
        OrderTransitions.Outcome outcome = transitions.apply(tx, before, ofOrder(input, before));
        if (outcome.decision() instanceof Decision.Moved) {
            followUp.commit(tx, outcome.order().orElseThrow(), now);
        }
        return Optional.of(outcome.decision());
    }

    /** The order, not the fact, determines which hosts must serve the certificate. */
    private static Input ofOrder(Input input, StoredOrder order) {
        return input instanceof Input.Issued issued
                ? new Input.Issued(
                        issued.attempt(), issued.fingerprint(), order.spec().targets())
                : input;
    }

    private static Input rejected(CloudEvent event, OrderRejected fact, Instant now) {
        return new Input.Rejected(
                fact.attempt(),
                fact.problems().stream()
                        .map(IdentifierProblem::problem)
                        .map(problem -> event.withReaderClock(problem, now))
                        .toList());
    }

    private static void issued(Handle tx, StoredOrder before, CertificateIssued fact, Instant now) {
        if (before.isRehearsal()) {
            // The certificate of a rehearsal is never served.
            return;
        }
        new Certificates(tx).issued(fact, now);
        new PostIssuanceTasks(tx).begin(fact, before, now);
        new RevocationTable(tx).inherit(fact.fingerprint(), now);
        new RevocationTable(tx).check(fact.certificateId(), now);
    }
}
