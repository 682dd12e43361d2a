package dev.perennial.orders.replacement;

import dev.perennial.acme.Issuers;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.replacement.ReplacementPlan.Count;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.DrillSample;
import dev.perennial.rules.replacement.Forecast;
import dev.perennial.rules.replacement.ItemState;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Creates and stores a plan; has no other effect. */
@Singleton
class Planner {
    /** The number of lines in each list of a plan. */
    private static final int MAX_LINES = 10;

    private static final String OTHERS = "(others)";

    private final Issuers issuers;
    private final Budget budget;
    private final PlanWarnings warnings;

    @Inject
    Planner(Issuers issuers, Budget budget, PlanWarnings warnings) {
        this.issuers = issuers;
        this.budget = budget;
        this.warnings = warnings;
    }

    /**
     * Excludes the items that a drill does not run, and returns the totals.
     *
     * @param selected the number of items, at least one
     */
    ReplacementPlan plan(Handle tx, UUID id, PlanRequest request, int selected, int atOnce, Instant now) {
        ReplacementItems items = new ReplacementItems(tx, id);
        boolean someSkipped = request.drill() && exclude(items, request, selected);
        PagedCandidates running = new PagedCandidates(
                items, items.ranks(EnumSet.of(ItemState.WAITING)), it -> request.drill() ? rehearsed(it) : it);
        PlanTotals totals = new PlanTotals(MAX_LINES);
        running.forEach(totals::add);
        Optional<Duration> measured = Throughput.measured(tx);
        Duration pace = measured.orElse(Throughput.ASSUMED);
        Forecast forecast = running.forecast(new LimitedRelease(tx, budget), atOnce, pace, request.deadline(), now);
        return new ReplacementPlan(
                selected,
                running.size(),
                top(totals.byIssuer()),
                top(totals.byOwner()),
                top(totals.byDomain()),
                totals.first(),
                pace.toSeconds(),
                measured.isPresent(),
                forecast.end(),
                Duration.between(now, forecast.end()).toSeconds(),
                request.deadline().map(deadline -> forecast.byDeadline()),
                top(forecast.waits()),
                warnings.of(tx, id, request, totals, running.size(), forecast, someSkipped, now));
    }

    /** @return whether issuers without a rehearsal issuer are the reason for some */
    private boolean exclude(ReplacementItems items, PlanRequest request, int selected) {
        request.sample()
                .map(of -> new DrillSample(of, selected))
                .ifPresent(sample -> items.exclude(
                        IntStream.range(0, selected)
                                .filter(rank -> !sample.contains(rank))
                                .boxed()
                                .toList(),
                        ItemState.NOT_SAMPLED));
        Set<String> without = items.issuers().stream()
                .filter(issuer -> rehearsal(issuer).isEmpty())
                .collect(Collectors.toSet());
        return items.exclude(without, ItemState.SKIPPED) > 0;
    }

    private Candidate rehearsed(Candidate candidate) {
        return candidate.at(rehearsal(candidate.issuer()).orElseThrow());
    }

    private Optional<String> rehearsal(String issuer) {
        return issuers.find(issuer).flatMap(IssuerSettings::rehearsal);
    }

    /** The largest counts, and the sum of the others. */
    private static List<Count> top(Map<String, Integer> counts) {
        List<Count> sorted = counts.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparing(Count::certificates).reversed().thenComparing(Count::of))
                .toList();
        int rest = sorted.stream().skip(MAX_LINES).mapToInt(Count::certificates).sum();
        return Stream.concat(
                        sorted.stream().limit(MAX_LINES),
                        rest == 0 ? Stream.empty() : Stream.of(new Count(OTHERS, rest)))
                .collect(Collectors.toUnmodifiableList());
    }
}
