package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.retirement.NameRemoval;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.IssuedCertificate;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.renewal.NextCheck;
import dev.perennial.rules.renewal.ReadyOrderLimit;
import dev.perennial.rules.renewal.RenewalTime;
import io.opentelemetry.api.trace.SpanKind;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Looks at certificates whose time has come, the soonest to expire first: gather, decide, commit, each in one transaction. */
@Singleton
public class Renewer {
    private static final Logger LOG = Logger.getLogger(Renewer.class);
    /** What could not be looked at, because of a defect or a death, is looked at again after it. */
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final Problem GAVE_WAY = Problem.of(
            ErrorCode.STEP_TIMED_OUT,
            "the rehearsal was not over when what is served had to be renewed, and gave way; ask for it again after that");

    private final Database database;
    private final RenewalPlanner planner;
    private final OrderTransitions transitions;
    private final Retirements retirements;
    private final NameRemoval names;
    private final RenewalConfig config;
    private final ReadyOrderLimit readyOrderLimit;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public Renewer(
            Database database,
            RenewalPlanner planner,
            OrderTransitions transitions,
            Retirements retirements,
            NameRemoval names,
            RenewalConfig config,
            Clock clock,
            Wakeups wakeups) {
        this.database = database;
        this.planner = planner;
        this.transitions = transitions;
        this.retirements = retirements;
        this.names = names;
        this.config = config;
        this.readyOrderLimit = new ReadyOrderLimit(config.ready());
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /** @return whether there may be more to do at once */
    public boolean round() {
        Instant now = clock.instant();
        int limit = database.inTransaction(
                tx -> readyOrderLimit.room(new Orders(tx).readyRenewals(readyOrderLimit.cap(), now)));
        limit = Math.min(limit, config.batch());
        List<CertificateId> due = lease(limit, now);
        due.forEach(this::look);
        return !due.isEmpty() && due.size() == limit;
    }

    private List<CertificateId> lease(int limit, Instant now) {
        return limit == 0
                ? List.of()
                : database.inTransaction(
                        tx -> new ScheduledTasks(tx).lease(ScheduledTask.RENEW, limit, now.plus(LEASE), now));
    }

    private void look(CertificateId id) {
        try {
            Spans.inSpan(
                    "renew certificate",
                    SpanKind.INTERNAL,
                    Map.of("perennial.certificate.id", id.toString()),
                    () -> database.inTransaction(tx -> look(tx, id)));
        } catch (RetryLater e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.errorf(e, "certificate %s could not be looked at; it is looked at again within %s", id, LEASE);
        }
    }

    private CertificateId look(Handle tx, CertificateId id) {
        Instant now = clock.instant();
        Certificate certificate = new Certificates(tx).lock(id).orElseThrow();
        Optional<IssuedCertificate> issued = new IssuedCertificates(tx).current(id);
        Optional<Instant> over = retirements.look(
                tx, certificate, issued.map(IssuedCertificate::orderId).flatMap(new Orders(tx)::find));
        if (over.isPresent()) {
            new ScheduledTasks(tx).postpone(id, ScheduledTask.RENEW, over.get());
            return id;
        }
        if (issued.isEmpty()) {
            LOG.errorf("certificate %s has nothing that could be renewed; nobody looks again until it is issued", id);
            new ScheduledTasks(tx).drop(id, ScheduledTask.RENEW);
            return id;
        }
        RenewalDecision.Situation situation = situation(tx, certificate, issued.get());
        Optional<StoredOrder> blocked =
                situation.latest().filter(order -> isBlocked(tx, certificate, order, situation, now));
        if (blocked.isPresent()) {
            reorder(tx, certificate, blocked.get().cause(), now);
            new ScheduledTasks(tx).postpone(id, ScheduledTask.RENEW, NextCheck.whileUnderWay(situation.life(), now));
            return id;
        }
        Instant next =
                switch (RenewalDecision.of(situation, now)) {
                    case RenewalDecision.Wait wait -> wait.until();
                    case RenewalDecision.Pause pause -> {
                        tell(tx, certificate, pause, now);
                        yield pause.until();
                    }
                    case RenewalDecision.Renew renew -> {
                        renew(tx, certificate, situation, renew.time(), now);
                        yield NextCheck.whileUnderWay(situation.life(), now);
                    }
                };
        new ScheduledTasks(tx).postpone(id, ScheduledTask.RENEW, next);
        return id;
    }

    private boolean isBlocked(
            Handle tx, Certificate certificate, StoredOrder order, RenewalDecision.Situation situation, Instant now) {
        return names.look(tx, certificate, order, !now.isBefore(situation.time().deadline()));
    }

    private void reorder(Handle tx, Certificate certificate, OrderCause cause, Instant now) {
        new FollowUpOrders(tx).order(certificate.id(), cause, Map.of("names", "without the dead ones"), now);
        wakeups.orderDue().raise();
    }

    private RenewalDecision.Situation situation(Handle tx, Certificate certificate, IssuedCertificate issued) {
        Orders orders = new Orders(tx);
        return new RenewalDecision.Situation(
                issued,
                planner.plan(certificate, issued.renewable()),
                orders.find(issued.orderId()).map(StoredOrder::cause).orElse(OrderCause.REQUESTED),
                certificate.latestOrder().flatMap(orders::find),
                orders.failuresSince(certificate.id(), issued.orderId()));
    }

    private void renew(
            Handle tx, Certificate certificate, RenewalDecision.Situation situation, RenewalTime time, Instant now) {
        situation
                .latest()
                .filter(RenewalDecision::givesWay)
                .ifPresent(rehearsal -> transitions.apply(tx, rehearsal.id(), new Input.Withdrawn(GAVE_WAY)));
        FollowUpOrders.Outcome outcome = new FollowUpOrders(tx)
                .order(
                        certificate.id(),
                        time.cause(),
                        Map.of("renewalTime", time.at(), "deadline", time.deadline()),
                        now);
        if (outcome instanceof FollowUpOrders.Outcome.Ordered ordered) {
            LOG.infof(
                    "certificate %s '%s' of %s, which expires at %s, is renewed by order %s: %s",
                    certificate.id(),
                    certificate.name(),
                    certificate.owner(),
                    situation.issued().notAfter(),
                    ordered.order(),
                    time.cause());
            wakeups.orderDue().raise();
            wakeups.factWritten().raise();
        }
    }

    /** Once for each order that failed. */
    private static void tell(Handle tx, Certificate certificate, RenewalDecision.Pause pause, Instant now) {
        StoredOrder failed = pause.failed();
        Timeline timeline = new Timeline(tx);
        if (!timeline.says(certificate.id(), failed.id(), "renewal.postponed")) {
            timeline.add(
                    certificate.id(),
                    new Timeline.Entry(
                            now,
                            failed.id(),
                            "renewal.postponed",
                            Map.of(
                                    "problem",
                                    failed.lastProblem().orElseThrow(),
                                    "failures",
                                    pause.failures(),
                                    "nextAttemptAt",
                                    pause.until()),
                            Spans.traceId()));
        }
    }
}
