package dev.perennial.simulation;

import dev.perennial.events.Identifier;
import dev.perennial.rules.limits.Admission;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Applies the rules of the rate limits, with the buckets in memory instead of in the database. */
final class BudgetModel {
    private static final Limit ACCOUNT =
            ModelCa.LIMITS.of(LimitKind.ACCOUNT_ORDERS).orElseThrow();

    private final Population population;
    private final Map<BucketKey, Bucket> buckets = new HashMap<>();
    private final Map<BucketKey, Integer> queues = new HashMap<>();
    private int round = -1;
    private int highestUse;

    BudgetModel(Population population) {
        this.population = population;
    }

    /** @return when the order may be placed: {@code now} if its tokens were taken, or a later time if none were taken */
    int request(int certificate, int now) {
        Instant at = VirtualClock.at(now);
        boolean again = population.budgeted[certificate] == population.attempt[certificate];
        Demand demand = Demand.of(issuer(certificate), names(certificate), BudgetModel::registeredDomain, again);
        return switch (Admission.decide(demand, ModelCa.LIMITS, buckets, at)) {
            case Admission.Granted granted -> {
                buckets.putAll(granted.after());
                population.budgeted[certificate] = population.attempt[certificate];
                recordUse(granted.after().get(account(certificate)), at);
                yield now;
            }
            case Admission.Waits waits -> later(waits, now);
        };
    }

    /** Orders that wait for the same bucket are evaluated one after the other, as in the order-service. */
    private int later(Admission.Waits waits, int now) {
        if (round != now) {
            queues.clear();
            round = now;
        }
        int before = queues.merge(waits.slowest(), 1, Integer::sum) - 1;
        Instant until = waits.until();
        return VirtualClock.seconds(waits.limit()
                .map(limit -> until.plus(limit.interval().multipliedBy(before)))
                .orElse(until));
    }

    /** A validation failed: returns the tokens of the certificate, and counts the failure. */
    void validationFailed(int certificate, int now) {
        for (BucketKey key :
                Demand.ofCertificate(issuer(certificate), names(certificate), BudgetModel::registeredDomain)) {
            ModelCa.LIMITS
                    .of(key.kind())
                    .ifPresent(limit -> buckets.computeIfPresent(key, (any, bucket) -> bucket.refund(limit)));
        }
        BucketKey failures =
                Demand.ofFailures(issuer(certificate), names(certificate).getFirst());
        ModelCa.LIMITS
                .of(LimitKind.FAILED_AUTHORIZATIONS)
                .ifPresent(limit -> buckets.merge(
                        failures,
                        Bucket.FULL.spend(limit, VirtualClock.at(now)),
                        (bucket, one) -> bucket.spend(limit, VirtualClock.at(now))));
    }

    /** Highest use of an account's budget since the last call, in percent. */
    int highestUse() {
        int percent = highestUse;
        highestUse = 0;
        return percent;
    }

    private void recordUse(Bucket account, Instant now) {
        highestUse = Math.max(highestUse, 100 - 100 * account.left(ACCOUNT, now) / ACCOUNT.capacity());
    }

    private BucketKey account(int certificate) {
        return new BucketKey(issuer(certificate), LimitKind.ACCOUNT_ORDERS, "");
    }

    private String issuer(int certificate) {
        return "account-" + population.ca(certificate).ordinal() + "-" + population.account(certificate);
    }

    private List<Identifier> names(int certificate) {
        return List.of(Identifier.dns("c" + certificate + ".d" + population.domain(certificate) + ".example"));
    }

    /** The registered domain of a name of the model. */
    private static String registeredDomain(String name) {
        return name.substring(name.indexOf('.') + 1);
    }
}
