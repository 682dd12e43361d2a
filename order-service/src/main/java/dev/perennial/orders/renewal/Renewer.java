package dev.perennial.orders.renewal;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.events.RetryLater;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.order.Moves;
import dev.perennial.orders.retirement.NameDropping;
import dev.perennial.orders.retirement.Retirements;
import dev.perennial.orders.scheduling.Chore;
import dev.perennial.orders.scheduling.Chores;
import dev.perennial.orders.scheduling.Wakeups;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.Issued;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.platform.telemetry.Spans;
import dev.perennial.rules.lifecycle.Cause;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.renewal.NextLook;
import dev.perennial.rules.renewal.Release;
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
    private final Moves moves;
    private final Retirements retirements;
    private final NameDropping names;
    private final RenewalConfig config;
    private final Release release;
    private final Clock clock;
    private final Wakeups wakeups;

    @Inject
    public Renewer(
            Database database,
            RenewalPlanner planner,
            Moves moves,
            Retirements retirements,
            NameDropping names,
            RenewalConfig config,
            Clock clock,
            Wakeups wakeups) {
        this.database = database;
        this.planner = planner;
        this.moves = moves;
        this.retirements = retirements;
        this.names = names;
        this.config = config;
        this.release = new Release(config.ready());
        this.clock = clock;
        this.wakeups = wakeups;
    }

    /** @return whether there may be more to do at once */
    public boolean round() {
        Instant now = clock.instant();
        int limit = database.inTransaction(tx -> release.room(new Orders(tx).readyRenewals(release.cap(), now)));
        limit = Math.min(limit, config.batch());
        List<CertificateId> due = lease(limit, now);
        due.forEach(this::look);
        return !due.isEmpty() && due.size() == limit;
    }

    private List<CertificateId> lease(int limit, Instant now) {
        return limit == 0
                ? List.of()
                : database.inTransaction(tx -> new Chores(tx).lease(Chore.RENEW, limit, now.plus(LEASE), now));
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
        Optional<Issued> issued = new IssuedCertificates(tx).current(id);
        Optional<Instant> over =
                retirements.look(tx, certificate, issued.map(Issued::orderId).flatMap(new Orders(tx)::find));
        if (over.isPresent()) {
            new Chores(tx).postpone(id, Chore.RENEW, over.get());
            return id;
        }
        if (issued.isEmpty()) {
            LOG.errorf("certificate %s has nothing that could be renewed; nobody looks again until it is issued", id);
            new Chores(tx).drop(id, Chore.RENEW);
            return id;
        }
        Judgement.Situation situation = situation(tx, certificate, issued.get());
        Optional<StoredOrder> blocked =
                situation.latest().filter(order -> isBlocked(tx, certificate, order, situation, now));
        if (blocked.isPresent()) {
            reorder(tx, certificate, blocked.get().cause(), now);
            new Chores(tx).postpone(id, Chore.RENEW, NextLook.whileUnderWay(situation.life(), now));
            return id;
        }
        Instant next =
                switch (Judgement.of(situation, now)) {
                    case Judgement.Wait wait -> wait.until();
                    case Judgement.Pause pause -> {
                        tell(tx, certificate, pause, now);
                        yield pause.until();
                    }
                    case Judgement.Renew renew -> {
                        renew(tx, certificate, situation, renew.time(), now);
                        yield NextLook.whileUnderWay(situation.life(), now);
                    }
                };
        new Chores(tx).postpone(id, Chore.RENEW, next);
        return id;
    }

    private boolean isBlocked(
            Handle tx, Certificate certificate, StoredOrder order, Judgement.Situation situation, Instant now) {
        return names.look(tx, certificate, order, !now.isBefore(situation.time().deadline()));
    }

    private void reorder(Handle tx, Certificate certificate, Cause cause, Instant now) {
        new Reorders(tx).order(certificate.id(), cause, Map.of("names", "without the dead ones"), now);
        wakeups.orderDue().raise();
    }

    private Judgement.Situation situation(Handle tx, Certificate certificate, Issued issued) {
        Orders orders = new Orders(tx);
        return new Judgement.Situation(
                issued,
                planner.plan(certificate, issued.renewable()),
                orders.find(issued.orderId()).map(StoredOrder::cause).orElse(Cause.REQUESTED),
                certificate.latestOrder().flatMap(orders::find),
                orders.failuresSince(certificate.id(), issued.orderId()));
    }

    private void renew(
            Handle tx, Certificate certificate, Judgement.Situation situation, RenewalTime time, Instant now) {
        situation
                .latest()
                .filter(Judgement::givesWay)
                .ifPresent(rehearsal -> moves.apply(tx, rehearsal.id(), new Input.Withdrawn(GAVE_WAY)));
        Reorders.Outcome outcome = new Reorders(tx)
                .order(
                        certificate.id(),
                        time.cause(),
                        Map.of("renewalTime", time.at(), "deadline", time.deadline()),
                        now);
        if (outcome instanceof Reorders.Outcome.Ordered ordered) {
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
    private static void tell(Handle tx, Certificate certificate, Judgement.Pause pause, Instant now) {
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
