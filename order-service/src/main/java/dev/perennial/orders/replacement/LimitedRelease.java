package dev.perennial.orders.replacement;

import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.issuer.limits.BudgetSnapshot;
import dev.perennial.rules.limits.Admission;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.ReleaseLimit;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Applies the limits of the CAs to a copy of the budget. Items that wait for the same bucket queue up, because its
 * tokens refill one at a time.
 */
final class LimitedRelease implements ReleaseLimit {
    private final BudgetSnapshot snapshot;
    private final Map<BucketKey, Instant> queues = new HashMap<>();

    LimitedRelease(Handle tx, Budget budget) {
        this.snapshot = budget.snapshot(tx);
    }

    /** Reads the buckets of candidates that are admitted next. */
    void add(Collection<Candidate> candidates) {
        snapshot.add(candidates.stream()
                .filter(candidate -> !candidate.exempt())
                .map(LimitedRelease::planned)
                .toList());
    }

    @Override
    public Optional<Wait> admit(Candidate candidate, Instant now) {
        if (candidate.exempt()) {
            return Optional.empty();
        }
        return switch (snapshot.take(planned(candidate), now)) {
            case Admission.Granted granted -> Optional.empty();
            case Admission.Waits waits -> Optional.of(new Wait(queue(waits), describe(waits)));
        };
    }

    private Instant queue(Admission.Waits waits) {
        Duration interval = waits.limit().map(Limit::interval).orElse(Duration.ZERO);
        return queues.merge(waits.slowest(), waits.until(), (last, until) -> {
            Instant behind = last.plus(interval);
            return behind.isAfter(until) ? behind : until;
        });
    }

    private static String describe(Admission.Waits waits) {
        BucketKey bucket = waits.slowest();
        return bucket.kind().description()
                + (bucket.subject().isEmpty() || bucket.subject().length() > 80 ? "" : " " + bucket.subject())
                + " at '" + bucket.issuer() + "'"
                + waits.limit().map(limit -> " (" + limit.description() + ")").orElse("");
    }

    private static BudgetSnapshot.PlannedOrder planned(Candidate candidate) {
        return new BudgetSnapshot.PlannedOrder(candidate.issuer(), candidate.identifiers());
    }
}
