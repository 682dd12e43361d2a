package dev.perennial.orders.replacement;

import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.replacement.ReplacementView.DrillResult;
import dev.perennial.orders.replacement.ReplacementView.Progress;
import dev.perennial.rules.replacement.Forecast;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunState;
import dev.perennial.rules.replacement.TimeToReplace;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;

/** Computes the progress, the estimated end and the result of a drill. */
@Singleton
class ReplacementOverview {
    private final Budget budget;

    @Inject
    ReplacementOverview(Budget budget) {
        this.budget = budget;
    }

    ReplacementView of(Handle tx, StoredReplacement it, Instant now) {
        ReplacementItems items = new ReplacementItems(tx, it.id());
        return new ReplacementView(
                it.id(),
                it.drill(),
                it.state(),
                it.reason(),
                it.selector(),
                it.atOnce(),
                it.deadline(),
                it.createdAt(),
                it.planExpiresAt(),
                it.approvedAt(),
                it.endedAt(),
                it.pausedFor(),
                it.plan(),
                progress(items, it, now),
                it.drill() && it.endedAt().isPresent() ? drilled(tx, items, it, now) : Optional.empty());
    }

    private static Progress progress(ReplacementItems items, StoredReplacement it, Instant now) {
        Map<ItemState, Integer> counts = items.count();
        int ended = counts.get(ItemState.DONE) + counts.get(ItemState.FAILED);
        int open = counts.get(ItemState.WAITING) + counts.get(ItemState.IN_PROGRESS);
        double minutes = it.approvedAt()
                .map(from -> Duration.between(from, it.endedAt().orElse(now)).toMillis() / 60_000.0)
                .orElse(0.0);
        double perMinute = ended == 0 || minutes == 0 ? 0 : ended / minutes;
        Optional<Instant> end = Optional.<Instant>empty();
        if (it.state() == RunState.RUNNING && perMinute > 0) {
            Instant atThisRate = now.plusMillis(Math.round(open / perMinute * 60_000));
            end = Optional.of(items.lastDue().filter(atThisRate::isBefore).orElse(atThisRate));
        }
        return new Progress(counts, Math.round(perMinute * 10) / 10.0, end);
    }

    /** The result of a drill for all selected certificates: the current plan at the measured pace. */
    private Optional<DrillResult> drilled(Handle tx, ReplacementItems items, StoredReplacement it, Instant now) {
        List<Duration> taken = items.taken();
        return TimeToReplace.of(taken).map(time -> {
            PagedCandidates all =
                    new PagedCandidates(items, items.ranks(EnumSet.allOf(ItemState.class)), UnaryOperator.identity());
            Forecast forecast =
                    all.forecast(new LimitedRelease(tx, budget), it.atOnce(), time.median(), Optional.empty(), now);
            return new DrillResult(
                    taken.size(),
                    time.median().toSeconds(),
                    time.p95().toSeconds(),
                    Duration.between(it.approvedAt().orElseThrow(), it.endedAt().orElseThrow())
                            .toSeconds(),
                    all.size(),
                    Duration.between(now, forecast.end()).toSeconds());
        });
    }
}
