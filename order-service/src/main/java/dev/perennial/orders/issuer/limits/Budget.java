package dev.perennial.orders.issuer.limits;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.OrderRejected;
import dev.perennial.events.OrderRejected.IdentifierProblem;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.limits.Admission;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Correction;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.limits.Quarantine;
import dev.perennial.rules.limits.RegisteredDomains;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** Checks the model of the CA's limits before an order is placed, and updates it with the results of orders. */
@Singleton
public class Budget {
    private static final Logger LOG = Logger.getLogger(Budget.class);
    /** While one order tests whether a name has been fixed, the other orders with that name wait. */
    private static final Duration PROBE = Duration.ofMinutes(10);

    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final IssuerLimits limits;
    private final Quarantine quarantine;
    private final MeterRegistry meters;
    private final OwnerWindows owners = new OwnerWindows();

    @Inject
    public Budget(IssuerLimits limits, Quarantine quarantine, MeterRegistry meters) {
        this.limits = limits;
        this.quarantine = quarantine;
        this.meters = meters;
    }

    /** How many orders of an owner may be in progress. */
    public OwnerWindows owners() {
        return owners;
    }

    /**
     * Leases the due orders that may be placed now. Their tokens are taken with the lease: a crash afterwards loses a
     * token, but never exceeds a limit. The other orders wait.
     *
     * @param due locked orders, in the order in which they get tokens
     */
    public List<StoredOrder> lease(Handle tx, List<StoredOrder> due, Instant until, Instant now) {
        if (due.isEmpty()) {
            return due;
        }
        Round round = new Round(tx, due, now);
        List<StoredOrder> leased =
                due.stream().filter(order -> round.admit(tx, order)).toList();
        new Buckets(tx).save(round.changed);
        new DueOrders(tx).lease(leased, until, now);
        return leased;
    }

    /** The decisions of one transaction: each is based on those before it. */
    private final class Round {
        private final Instant now;
        private final Map<BucketKey, Bucket> buckets = new HashMap<>();
        private final Map<String, Map<String, FailingName>> quarantined = new HashMap<>();
        private final Map<BucketKey, Bucket> changed = new TreeMap<>();
        private final Map<Waiting, Integer> queues = new HashMap<>();

        /** The orders of one owner that wait for one bucket. */
        private record Waiting(String owner, BucketKey bucket) {}

        Round(Handle tx, List<StoredOrder> due, Instant now) {
            this.now = now;
            Map<String, TreeSet<String>> names = new TreeMap<>();
            SortedSet<BucketKey> counted = new TreeSet<>();
            SortedSet<BucketKey> uncounted = new TreeSet<>();
            for (StoredOrder order : due) {
                TreeSet<String> its = names.computeIfAbsent(order.issuer(), issuer -> new TreeSet<>());
                order.spec().identifiers().forEach(identifier -> its.add(Demand.baseName(identifier)));
                if (!order.isExemptHere()) {
                    Limits known = limits.of(order.issuer());
                    demand(order).keys().forEach(key -> (known.of(key.kind()).isPresent() ? counted : uncounted)
                            .add(key));
                }
            }
            Buckets table = new Buckets(tx);
            buckets.putAll(table.lock(counted));
            buckets.putAll(table.readBounded(uncounted));
            names.forEach((issuer, all) -> {
                Map<String, FailingName> found = new HashMap<>();
                new FailingNames(tx)
                        .quarantined(issuer, all)
                        .forEach(name -> found.put(name.name(), name.bounded(quarantine, now)));
                quarantined.put(issuer, found);
            });
        }

        boolean admit(Handle tx, StoredOrder order) {
            String issuer = order.issuer();
            List<FailingName> failing = order.spec().identifiers().stream()
                    .map(identifier -> quarantined.get(issuer).get(Demand.baseName(identifier)))
                    .filter(name -> name != null)
                    .toList();
            Optional<FailingName> longest = failing.stream()
                    .filter(name ->
                            name.quarantinedUntil().filter(now::isBefore).isPresent())
                    .max(Comparator.comparing(name -> name.quarantinedUntil().orElseThrow()));
            if (longest.isPresent()) {
                FailingName name = longest.get();
                await(
                        tx,
                        order,
                        WaitReasons.quarantine(name, name.quarantinedUntil().orElseThrow()),
                        now);
                return false;
            }
            if (!order.isExemptHere() && !take(tx, order)) {
                return false;
            }
            if (!failing.isEmpty()) {
                probe(tx, issuer, failing);
            }
            return true;
        }

        private boolean take(Handle tx, StoredOrder order) {
            Limits known = limits.of(order.issuer());
            return switch (Admission.decide(demand(order), known, buckets, now)) {
                case Admission.Granted granted -> {
                    buckets.putAll(granted.after());
                    changed.putAll(granted.after());
                    yield true;
                }
                case Admission.Waits waits -> {
                    // Tokens refill one at a time, so that the orders are checked at different times.
                    int before = queues.merge(new Waiting(order.owner(), waits.slowest()), 1, Integer::sum) - 1;
                    Instant until = waits.until()
                            .plus(waits.limit()
                                    .map(Limit::interval)
                                    .orElse(Duration.ZERO)
                                    .multipliedBy(before));
                    await(tx, order, WaitReasons.budget(waits, until, before), now);
                    yield false;
                }
            };
        }

        private void probe(Handle tx, String issuer, List<FailingName> failing) {
            Instant until = now.plus(PROBE);
            new FailingNames(tx)
                    .quarantine(issuer, failing.stream().map(FailingName::name).toList(), until);
            failing.forEach(name -> quarantined
                    .get(issuer)
                    .put(
                            name.name(),
                            new FailingName(
                                    issuer,
                                    name.name(),
                                    name.failures(),
                                    name.failedAt(),
                                    Optional.of(until),
                                    name.problem(),
                                    name.failedByCa())));
        }
    }

    private static void await(Handle tx, StoredOrder order, Problem why, Instant now) {
        new DueOrders(tx).await(order.id(), why, now);
        if (order.waitProblem().isEmpty()) {
            LOG.infof("order %s of '%s' waits: %s", order.id(), order.name(), why.detail());
        }
    }

    /**
     * The CA answered newOrder with 429: closes the bucket in question until the time that the CA gives, regardless
     * of the model.
     */
    public void limited(Handle tx, StoredOrder order, Problem problem, Instant now) {
        Instant until = problem.nextAttemptAt().orElse(now);
        if (!until.isAfter(now)) {
            return;
        }
        Instant database = Database.earlierTime(tx, now);
        if (Duration.between(database, now).compareTo(CLOCK_TOLERANCE) > 0) {
            // A clock that is ahead must not close the bucket for the difference.
            until = database.plus(Duration.between(now, until));
        }
        close(tx, order, problem, until, now);
    }

    private void close(Handle tx, StoredOrder order, Problem problem, Instant until, Instant now) {
        String message = problem.detail() + " " + problem.evidence().orElse("");
        Limits known = limits.of(order.issuer());
        Demand demand = demand(order);
        Correction.bucket(message, demand, until, now).ifPresent(key -> {
            LOG.warnf(
                    "rate limit of the CA '%s': %s%s until %s; orders wait until then, and the model is corrected",
                    key.issuer(), key.kind().description(), key.subject().isEmpty() ? "" : " " + key.subject(), until);
            change(
                    tx,
                    List.of(key),
                    (bucket, limit) -> limit.map(it -> demand.held().contains(key)
                                    // The next token is for this order, which will not take it again.
                                    ? bucket.emptied(it, until).spend(it, until)
                                    : bucket.emptied(it, until))
                            .orElseGet(() -> bucket.closed(until)),
                    known);
        });
    }

    /** The attempt ended before the CA could issue a certificate: returns the tokens of the certificate. */
    public void refund(Handle tx, StoredOrder order) {
        if (order.isExemptHere() || order.budgetedAttempt() != order.state().attempt()) {
            return;
        }
        Limits known = limits.of(order.issuer());
        List<BucketKey> taken =
                Demand.ofCertificate(order.issuer(), order.spec().identifiers(), RegisteredDomains::of).stream()
                        .filter(key -> known.of(key.kind()).isPresent())
                        .toList();
        change(tx, taken, (bucket, limit) -> limit.map(bucket::refund).orElse(bucket), known);
    }

    /**
     * Control could not be proven. Counts the failures that the CA counts, and the failures of each name.
     *
     * @param order before the fact
     */
    public void proofFailed(Handle tx, StoredOrder order, OrderRejected fact, Instant now) {
        refund(tx, order);
        String issuer = order.issuer();
        Limits known = limits.of(issuer);
        Map<String, Problem> byName = new TreeMap<>();
        SortedSet<BucketKey> failed = new TreeSet<>();
        for (IdentifierProblem it : fact.problems()) {
            if (!contains(order, it.identifier())) {
                continue;
            }
            ErrorCode code = it.problem().code();
            // If only the self-check failed, the CA received no request and counts none.
            if (code == ErrorCode.CHALLENGE_FAILED) {
                failed.add(Demand.ofFailures(issuer, it.identifier()));
            }
            if (code == ErrorCode.CHALLENGE_FAILED || code == ErrorCode.SELF_CHECK_FAILED) {
                byName.put(Demand.baseName(it.identifier()), it.problem());
            }
        }
        failed.removeIf(key -> known.of(key.kind()).isEmpty());
        change(
                tx,
                failed,
                (bucket, limit) -> limit.map(it -> bucket.spend(it, now)).orElse(bucket),
                known);
        byName.forEach((name, problem) -> countFailure(tx, order, name, problem, now));
        if (!byName.isEmpty()) {
            owners.failed(order.ownerAtIssuer());
        }
    }

    /** A report about a name that the order does not contain is ignored. */
    private static boolean contains(StoredOrder order, Identifier identifier) {
        return order.spec().identifiers().contains(identifier)
                || order.spec().identifiers().stream()
                        .anyMatch(own -> Demand.baseName(own).equals(identifier.value()));
    }

    private void countFailure(Handle tx, StoredOrder order, String name, Problem problem, Instant now) {
        String issuer = order.issuer();
        FailingNames names = new FailingNames(tx);
        FailingName failing = names.failed(issuer, name, problem, now);
        int failures = failing.failures();
        quarantine.until(failures, now).ifPresent(until -> {
            names.quarantine(issuer, List.of(name), until);
            new DueOrders(tx).awaitLonger(order.id(), WaitReasons.quarantine(failing, until), now);
            if (failures == quarantine.after()) {
                meters.counter("perennial_quarantines_total", "issuer", issuer).increment();
                LOG.errorf(
                        "ALARM: %s could not be proven %d times in a row at '%s' and is in quarantine until %s; the last: %s. Correct the name, then DELETE /api/v1/quarantine/%s/%s; see docs/concepts/limits.md#quarantine-of-failing-names",
                        name, failures, issuer, until, problem.detail(), issuer, name);
            }
        });
    }

    /** Control of all names of the order is proven: removes their failures. */
    public void proven(Handle tx, StoredOrder order, Instant now) {
        owners.proven(order.ownerAtIssuer());
        new FailingNames(tx)
                .remove(
                        order.issuer(),
                        order.spec().identifiers().stream()
                                .map(Demand::baseName)
                                .toList(),
                        now);
    }

    /**
     * The remaining tokens for an order for these identifiers; takes none. Without identifiers, those of the account.
     */
    public List<RemainingLimit> left(Handle tx, String issuer, List<Identifier> identifiers, Instant now) {
        Limits known = limits.of(issuer);
        SortedSet<BucketKey> keys = identifiers.isEmpty()
                ? Demand.ofAccount(issuer)
                : Demand.of(issuer, identifiers, RegisteredDomains::of, false).keys();
        Map<BucketKey, Bucket> buckets = new Buckets(tx).read(keys);
        return keys.stream()
                .map(key -> remaining(key, known.of(key.kind()), buckets.getOrDefault(key, Bucket.FULL), now))
                .toList();
    }

    private static RemainingLimit remaining(BucketKey key, Optional<Limit> limit, Bucket bucket, Instant now) {
        return new RemainingLimit(
                key,
                limit,
                limit.map(it -> bucket.left(it, now)).orElse(0),
                limit.map(it -> bucket.earliest(it, now)).orElseGet(() -> bucket.opens(now)));
    }

    /** A copy of the current buckets; without those of the orders, which are added before they are taken. */
    public BudgetSnapshot snapshot(Handle tx) {
        return new BudgetSnapshot(limits, new Buckets(tx)::read);
    }

    /** The failures of the name, if it is in quarantine. */
    public Optional<FailingName> quarantined(Handle tx, String issuer, Identifier identifier) {
        return new FailingNames(tx)
                .quarantined(issuer, List.of(Demand.baseName(identifier))).stream()
                        .findFirst();
    }

    /** Ends the quarantine of a name. @return whether the name was in quarantine */
    public boolean release(Handle tx, String issuer, String name, Instant now) {
        return new FailingNames(tx).remove(issuer, List.of(name), now);
    }

    private void change(Handle tx, Collection<BucketKey> keys, Change change, Limits known) {
        Buckets table = new Buckets(tx);
        Map<BucketKey, Bucket> after = new TreeMap<>();
        table.lock(keys).forEach((key, bucket) -> after.put(key, change.of(bucket, known.of(key.kind()))));
        table.save(after);
    }

    private interface Change {
        Bucket of(Bucket bucket, Optional<Limit> limit);
    }

    private static Demand demand(StoredOrder order) {
        return Demand.of(
                order.issuer(),
                order.spec().identifiers(),
                RegisteredDomains::of,
                order.state() instanceof OrderState.Due due && order.budgetedAttempt() == due.attempt());
    }
}
