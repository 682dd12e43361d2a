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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The limits as orders meet them, tried on a copy. Who waits for the same bucket queues up: its tokens come one by one. */
final class LimitedRelease implements ReleaseLimit {
    private final BudgetSnapshot ledger;
    private final Map<BucketKey, Instant> queues = new HashMap<>();

    LimitedRelease(Handle tx, Budget budget, List<Candidate> candidates) {
        this.ledger = budget.ledger(
                tx,
                candidates.stream()
                        .filter(candidate -> !candidate.exempt())
                        .map(LimitedRelease::asked)
                        .toList());
    }

    @Override
    public Optional<Wait> admit(Candidate candidate, Instant now) {
        if (candidate.exempt()) {
            return Optional.empty();
        }
        return switch (ledger.take(asked(candidate), now)) {
            case Admission.Granted granted -> Optional.empty();
            case Admission.Waits waits -> Optional.of(new Wait(queue(waits), words(waits)));
        };
    }

    private Instant queue(Admission.Waits waits) {
        Duration interval = waits.limit().map(Limit::interval).orElse(Duration.ZERO);
        return queues.merge(waits.slowest(), waits.until(), (last, until) -> {
            Instant behind = last.plus(interval);
            return behind.isAfter(until) ? behind : until;
        });
    }

    private static String words(Admission.Waits waits) {
        BucketKey bucket = waits.slowest();
        return bucket.kind().words()
                + (bucket.subject().isEmpty() || bucket.subject().length() > 80 ? "" : " " + bucket.subject())
                + " at '" + bucket.issuer() + "'"
                + waits.limit().map(limit -> " (" + limit.words() + ")").orElse("");
    }

    private static BudgetSnapshot.Asked asked(Candidate candidate) {
        return new BudgetSnapshot.Asked(candidate.issuer(), candidate.identifiers());
    }
}
