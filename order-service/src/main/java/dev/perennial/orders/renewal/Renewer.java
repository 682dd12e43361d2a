package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.order.OrderTransitions;
import dev.perennial.orders.retirement.NameRemoval;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.ScheduledTask;
import dev.perennial.orders.scheduling.ScheduledTasks;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.DueOrders;
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
import dev.perennial.rules.renewal.RenewalDecision;
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

/** Renews certificates that are due, in order of expiry: gather, decide, commit, each in one transaction. */
@Singleton
public class Renewer {
    private static final Logger LOG = Logger.getLogger(Renewer.class);
    /** A certificate whose check failed, because of a defect or the end of the process, is checked again after it. */
    private static final Duration LEASE = Duration.ofMinutes(1);

    private static final Problem WITHDRAWN = Problem.of(
            ErrorCode.STEP_TIMED_OUT,
            "the rehearsal did not end before the renewal deadline of the current certificate and is withdrawn; request it again after the renewal");

    private final Database database;
    private final RenewalPlanner planner;
    private final OrderTransitions transitions;
    private final Retirements retirements;
    private final NameRemoval names;
    private final RenewalConfig config;
    private final ReadyOrderLimit readyOrderLimit;
    private final Clock clock;

    @Inject
    public Renewer(
            Database database,
            RenewalPlanner planner,
            OrderTransitions transitions,
            Retirements retirements,
            NameRemoval names,
            RenewalConfig config,
            Clock clock) {
        this.database = database;
        this.planner = planner;
        this.transitions = transitions;
        this.retirements = retirements;
        this.names = names;
        this.config = config;
        this.readyOrderLimit = new ReadyOrderLimit(config.maxReady());
        this.clock = clock;
    }

    /** @return whether more certificates may be due */
    public boolean round() {
        Instant now = clock.instant();
        int limit = database.inTransaction(
                tx -> readyOrderLimit.room(new DueOrders(tx).readyRenewals(readyOrderLimit.cap(), now)));
        limit = Math.min(limit, config.maxBatch());
        List<CertificateId> due = lease(limit, now);
        due.forEach(this::check);
        return !due.isEmpty() && due.size() == limit;
    }

    private List<CertificateId> lease(int limit, Instant now) {
        return limit == 0
                ? List.of()
                : database.inTransaction(
                        tx -> new ScheduledTasks(tx).lease(ScheduledTask.RENEW, limit, now.plus(LEASE), now));
    }

    private void check(CertificateId id) {
        try {
            Spans.inSpan(
                    "renew certificate",
                    SpanKind.INTERNAL,
                    Map.of("perennial.certificate.id", id.toString()),
                    () -> database.inTransaction(tx -> {
                        // One that another transaction has locked is checked again after the lease.
                        new Certificates(tx).lockIfFree(id).ifPresent(certificate -> check(tx, certificate));
                        return id;
                    }));
        } catch (RetryLater e) {
            if (!Database.isLocked(e)) {
                throw e;
            }
            LOG.debugf("the renewal check of certificate %s is repeated within %s: %s", id, LEASE, e.getMessage());
        } catch (RuntimeException e) {
            LOG.errorf(e, "the renewal check of certificate %s failed; it is repeated within %s", id, LEASE);
        }
    }

    private void check(Handle tx, Certificate certificate) {
        Instant now = clock.instant();
        CertificateId id = certificate.id();
        Optional<IssuedCertificate> issued = new IssuedCertificates(tx).current(id);
        Optional<Instant> retired = retirements.check(
                tx, certificate, issued.map(IssuedCertificate::orderId).flatMap(new Orders(tx)::find));
        if (retired.isPresent()) {
            new ScheduledTasks(tx).postpone(id, ScheduledTask.RENEW, retired.get(), now);
            return;
        }
        if (issued.isEmpty()) {
            LOG.errorf("certificate %s has no X.509 certificate to renew; it is checked again after its issuance", id);
            new ScheduledTasks(tx).drop(id, ScheduledTask.RENEW);
            return;
        }
        Optional<StoredOrder> latest = certificate.latestOrder().flatMap(new Orders(tx)::find);
        RenewalDecision.Situation situation = situation(tx, certificate, issued.get(), latest);
        Optional<StoredOrder> blocked = latest.filter(order -> isBlocked(tx, certificate, order, situation, now));
        if (blocked.isPresent()) {
            reorder(tx, certificate, blocked.get().cause(), now);
            new ScheduledTasks(tx)
                    .postpone(id, ScheduledTask.RENEW, NextCheck.whileUnderWay(situation.lifetime(), now), now);
            return;
        }
        Instant next =
                switch (RenewalDecision.of(situation, now)) {
                    case RenewalDecision.Wait wait -> wait.until();
                    case RenewalDecision.Pause pause -> {
                        addToTimeline(tx, certificate, latest.orElseThrow(), pause, now);
                        yield pause.until();
                    }
                    case RenewalDecision.Renew renew -> {
                        renew(tx, certificate, latest, issued.get(), renew.time(), now);
                        yield NextCheck.whileUnderWay(situation.lifetime(), now);
                    }
                };
        new ScheduledTasks(tx).postpone(id, ScheduledTask.RENEW, next, now);
    }

    private boolean isBlocked(
            Handle tx, Certificate certificate, StoredOrder order, RenewalDecision.Situation situation, Instant now) {
        return names.check(
                tx, certificate, order, !now.isBefore(situation.time().deadline()));
    }

    private void reorder(Handle tx, Certificate certificate, OrderCause cause, Instant now) {
        new FollowUpOrders(tx)
                .order(certificate.id(), cause, Map.of("names", "without the failing ones"), Outbox.SYSTEM, now);
    }

    private RenewalDecision.Situation situation(
            Handle tx, Certificate certificate, IssuedCertificate issued, Optional<StoredOrder> latest) {
        Orders orders = new Orders(tx);
        return new RenewalDecision.Situation(
                issued.notBefore(),
                issued.notAfter(),
                planner.plan(certificate, issued.renewable()),
                orders.find(issued.orderId()).map(StoredOrder::cause).orElse(OrderCause.REQUESTED),
                latest.map(StoredOrder::snapshot),
                orders.failuresSince(certificate.id(), issued.orderId()));
    }

    private void renew(
            Handle tx,
            Certificate certificate,
            Optional<StoredOrder> latest,
            IssuedCertificate issued,
            RenewalTime time,
            Instant now) {
        latest.filter(order -> order.snapshot().isWithdrawable())
                .ifPresent(rehearsal -> transitions.apply(tx, rehearsal.id(), new Input.Withdrawn(WITHDRAWN)));
        FollowUpOrders.Outcome outcome = new FollowUpOrders(tx)
                .order(
                        certificate.id(),
                        time.cause(),
                        Map.of("renewalTime", time.at(), "deadline", time.deadline()),
                        Outbox.SYSTEM,
                        now);
        if (outcome instanceof FollowUpOrders.Outcome.Ordered ordered) {
            LOG.infof(
                    "certificate %s '%s' of %s expires at %s and is renewed by order %s: %s",
                    certificate.id(),
                    certificate.name(),
                    certificate.owner(),
                    issued.notAfter(),
                    ordered.order(),
                    time.cause());
        }
    }

    /** Once for each order that failed. */
    private static void addToTimeline(
            Handle tx, Certificate certificate, StoredOrder failed, RenewalDecision.Pause pause, Instant now) {
        Timeline timeline = new Timeline(tx);
        if (!timeline.contains(certificate.id(), failed.id(), "renewal.postponed")) {
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
                            Outbox.SYSTEM,
                            Spans.traceId()));
        }
    }
}
