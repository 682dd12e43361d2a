package dev.perennial.orders.issuer.health;

import dev.perennial.events.Problem;
import dev.perennial.orders.policy.CurrentPolicy;
import dev.perennial.orders.store.IssuedCertificates;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.failover.CaStep;
import dev.perennial.rules.failover.FailoverPolicy;
import dev.perennial.rules.failover.FailureStreak;
import dev.perennial.rules.failover.HealthSignal;
import dev.perennial.rules.failover.IssuerHealth;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.RetrySchedule;
import dev.perennial.rules.lifecycle.Situation;
import dev.perennial.rules.requests.OwnerPolicies;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Selects the issuer of each order, and derives the health of issuers from the results. */
@Singleton
public class Failover {
    private static final Logger LOG = Logger.getLogger(Failover.class);

    private final FallbackCandidates candidates;
    private final CurrentPolicy owners;
    private final FailoverPolicy policy;
    private final Duration firstCertificateTimeout;
    /** The issuers with a row at the last read. Usually empty, so that a success needs no statement. */
    private volatile Set<String> failing = Set.of();

    @Inject
    public Failover(FallbackCandidates candidates, CurrentPolicy owners, FailoverConfig config) {
        this.candidates = candidates;
        this.owners = owners;
        this.policy = new FailoverPolicy(config.failureTimeout(), new RetrySchedule(config.probeIntervals()));
        this.firstCertificateTimeout = config.firstCertificateTimeout();
    }

    /**
     * Selects the issuer of each order.
     *
     * @param due locked orders that are not placed
     * @param admits whether an issuer may have another order in progress; otherwise it gets no probe, which would wait
     */
    public List<StoredOrder> route(Handle tx, List<StoredOrder> due, Predicate<String> admits, Instant now) {
        if (due.isEmpty()) {
            return due;
        }
        FailingIssuers table = new FailingIssuers(tx);
        IssuerHealth health = new IssuerHealth(table.lock(policy, now), policy, now);
        failing = health.failing().keySet();
        OwnerPolicies allowed = owners.read(tx);
        List<StoredOrder> routed = new ArrayList<>();
        for (StoredOrder order : due) {
            // A rehearsal at a fallback does not test the configured rehearsal issuer.
            List<String> possible = order.isRehearsal() ? List.of(order.issuer()) : possible(order, allowed);
            String preferred = possible.getFirst();
            IssuerHealth.Choice choice = health.choose(
                    preferred, possible.subList(1, possible.size()), isFresh(order) && admits.test(preferred));
            if (choice.probe()) {
                health = health.probed(choice.issuer());
                health.of(choice.issuer()).forEach(step -> table.save(choice.issuer(), step));
                LOG.infof("order %s probes whether the issuer %s is available again", order.id(), choice.issuer());
            }
            routed.add(order.at(choice.issuer()));
        }
        return routed;
    }

    /** An issuer that may have issued a certificate already comes last. */
    private List<String> possible(StoredOrder order, OwnerPolicies allowed) {
        List<String> possible = new ArrayList<>(candidates(order, allowed));
        order.unresolvedIssuer().filter(possible::remove).ifPresent(possible::add);
        return possible;
    }

    /** The issuer of the certificate, although a later policy may forbid it, and the fallbacks that its owner may use. */
    private List<String> candidates(StoredOrder order, OwnerPolicies allowed) {
        String requested = order.spec().issuer();
        return candidates.of(order.spec()).stream()
                .filter(issuer -> issuer.equals(requested) || allowed.mayUse(order.owner(), issuer))
                .toList();
    }

    /**
     * When an order at a CA is overdue (ADR 10).
     *
     * @return empty while every other issuer that could take the order is down
     */
    public Optional<Situation.Overdue> overdue(Handle tx, StoredOrder order, Instant now) {
        List<String> others = candidates(order, owners.read(tx)).stream()
                .filter(issuer -> !issuer.equals(order.issuer()))
                .toList();
        IssuerHealth health = new IssuerHealth(new FailingIssuers(tx).read(), policy, now);
        if (others.stream().allMatch(health::isDown)) {
            return Optional.empty();
        }
        return Optional.of(new IssuedCertificates(tx)
                .current(order.certificateId())
                .filter(served -> !served.isTainted())
                .map(served -> Situation.Overdue.beforeExpiry(served.notBefore(), served.notAfter()))
                .orElseGet(() -> Situation.Overdue.ofFirst(order.createdAt(), firstCertificateTimeout)));
    }

    /** The issuers that are down. */
    public Set<String> down(Handle tx, Instant now) {
        IssuerHealth health = new IssuerHealth(new FailingIssuers(tx).read(), policy, now);
        return health.failing().keySet().stream().filter(health::isDown).collect(Collectors.toSet());
    }

    private static boolean isFresh(StoredOrder order) {
        return order.state() instanceof OrderState.Due due && due.postponements() == 0;
    }

    /** Records the success or failure of an order's step at its issuer. */
    public void observe(Handle tx, StoredOrder order, Input input, Instant now) {
        HealthSignal.in(input).ifPresent(signal -> signal.failure()
                .ifPresentOrElse(
                        problem -> failed(tx, order.issuer(), signal.step(), problem, now),
                        () -> succeeded(tx, order.issuer(), signal.step())));
    }

    private void failed(Handle tx, String issuer, CaStep step, Problem problem, Instant now) {
        FailingIssuers table = new FailingIssuers(tx);
        Optional<FailureStreak> before = table.lock(issuer, step).map(known -> known.bounded(policy, now));
        FailureStreak after =
                before.map(known -> known.again(problem, now)).orElseGet(() -> FailureStreak.first(step, problem, now));
        table.save(issuer, after);
        if (after.isDown(policy, now)
                && before.filter(known -> known.isDown(policy, known.lastAt())).isEmpty()) {
            LOG.errorf(
                    "ALARM: the issuer %s is down: %s has failed %d times since %s (%s); orders go to its fallbacks, if it has any; see docs/concepts/failover.md#what-happens-to-orders",
                    issuer, step, after.failures(), after.since(), problem.detail());
        }
    }

    private void succeeded(Handle tx, String issuer, CaStep step) {
        if (failing.contains(issuer) && new FailingIssuers(tx).remove(issuer, step)) {
            LOG.infof("the issuer %s is available again: %s", issuer, step);
        }
    }
}
