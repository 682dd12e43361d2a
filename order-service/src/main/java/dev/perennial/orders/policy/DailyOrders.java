package dev.perennial.orders.policy;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.rules.requests.OwnerPolicies;
import dev.perennial.rules.requests.OwnerPolicy;
import dev.perennial.rules.requests.OwnerRules;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The orders that requests of an owner have created in the last 24 hours. Does nothing for an owner without a limit. */
public final class DailyOrders {
    private static final Duration DAY = Duration.ofDays(1);

    private final Handle tx;
    private final OwnerPolicies policies;

    public DailyOrders(Handle tx, OwnerPolicies policies) {
        this.tx = tx;
        this.policies = policies;
    }

    /** Whether the policy decides about an order of the owner: by a limit, or because the owner may not request. */
    public boolean limits(String owner) {
        return policies.of(owner).isEmpty() || limit(owner).isPresent();
    }

    /** Until the transaction ends, no other one creates an order for a request of the owner. */
    public Optional<Problem> refusal(String owner, Instant now) {
        // First without the lock, on which the transactions of an owner over its limit would wait with their
        // connections.
        Optional<Problem> before = problem(owner, now);
        if (before.isPresent() || limit(owner).isEmpty()) {
            return before;
        }
        tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "orders of owner " + owner);
        return problem(owner, now);
    }

    /** The refusal of an order that would be created now. */
    public Optional<Problem> problem(String owner, Instant now) {
        if (policies.of(owner).isEmpty()) {
            return Optional.of(OwnerRules.unlisted(policies, owner));
        }
        return limit(owner).flatMap(max -> decisive(owner, max, now).map(created -> refused(owner, max, created)));
    }

    private Optional<Integer> limit(String owner) {
        return policies.of(owner).flatMap(OwnerPolicy::maxOrdersPerDay);
    }

    /** The oldest of the newest {@code max} orders, if all of them are of the last day. */
    private Optional<Instant> decisive(String owner, int max, Instant now) {
        // A clock that is ahead must not let orders count for less than a day.
        return tx.createQuery("""
                SELECT created_at FROM certificate_order
                WHERE owner = :owner AND requested AND created_at > least(:now, clock_timestamp()) - interval '24 hours'
                ORDER BY created_at DESC OFFSET :others LIMIT 1""")
                .bind("owner", owner)
                .bind("now", Columns.at(now))
                .bind("others", max - 1)
                .map((row, context) -> Columns.instant(row, "created_at"))
                .findOne();
    }

    private static Problem refused(String owner, int max, Instant created) {
        Instant next = created.plus(DAY);
        return Problem.of(
                        ErrorCode.OWNER_LIMIT_REACHED,
                        "requests of owner '" + owner + "' have created " + max + (max == 1 ? " order" : " orders")
                                + " in the last 24 hours; the next order is possible at " + next
                                + "; rule owners." + owner + ".maxOrdersPerDay")
                .nextAttempt(next);
    }
}
