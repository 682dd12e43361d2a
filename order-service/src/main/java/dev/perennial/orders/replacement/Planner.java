package dev.perennial.orders.replacement;

import dev.perennial.acme.Issuers;
import dev.perennial.events.Identifier;
import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.issuer.limits.Budget;
import dev.perennial.orders.replacement.ReplacementPlan.Count;
import dev.perennial.rules.limits.Demand;
import dev.perennial.rules.limits.RegisteredDomains;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.DrillSample;
import dev.perennial.rules.replacement.Forecast;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.Ranking;
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
import java.util.UUID;
import java.util.function.Function;
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
     * Stores the items and returns their totals.
     *
     * @param selected at least one certificate
     */
    ReplacementPlan plan(Handle tx, UUID id, PlanRequest request, List<Candidate> selected, int atOnce, Instant now) {
        List<Candidate> ranked = selected.stream().sorted(Ranking.FIRST_TO_LAST).toList();
        List<ItemState> states = states(request, ranked);
        new ReplacementItems(tx, id).add(ranked, states::get, now);
        List<Candidate> running = IntStream.range(0, ranked.size())
                .filter(rank -> states.get(rank) == ItemState.WAITING)
                .mapToObj(ranked::get)
                .toList();
        List<Candidate> ordered = request.drill() ? rehearsed(running) : running;
        Optional<Duration> measured = Throughput.measured(tx);
        Duration pace = measured.orElse(Throughput.ASSUMED);
        Forecast forecast =
                Forecast.of(ordered, new LimitedRelease(tx, budget, ordered), atOnce, pace, request.deadline(), now);
        return new ReplacementPlan(
                ranked.size(),
                running.size(),
                counts(ordered, candidate -> Stream.of(candidate.issuer())),
                counts(running, candidate -> Stream.of(candidate.owner())),
                counts(running, candidate -> candidate.identifiers().stream()
                        .map(Planner::domain)
                        .distinct()),
                running.stream()
                        .limit(MAX_LINES)
                        .map(it -> new ReplacementPlan.First(it.name(), it.owner(), it.hosts(), it.expiresAt()))
                        .toList(),
                pace.toSeconds(),
                measured.isPresent(),
                forecast.end(),
                Duration.between(now, forecast.end()).toSeconds(),
                request.deadline().map(deadline -> forecast.byDeadline()),
                top(forecast.waits()),
                warnings.of(tx, id, request, ordered, forecast, states.contains(ItemState.SKIPPED), now));
    }

    private List<ItemState> states(PlanRequest request, List<Candidate> ranked) {
        Optional<DrillSample> sample = request.sample().map(of -> new DrillSample(of, ranked.size()));
        return IntStream.range(0, ranked.size())
                .mapToObj(rank -> sample.filter(it -> !it.contains(rank)).isPresent()
                        ? ItemState.NOT_SAMPLED
                        : request.drill() && rehearsal(ranked.get(rank)).isEmpty()
                                ? ItemState.SKIPPED
                                : ItemState.WAITING)
                .toList();
    }

    private List<Candidate> rehearsed(List<Candidate> running) {
        return running.stream()
                .map(candidate -> candidate.at(rehearsal(candidate).orElseThrow()))
                .toList();
    }

    private Optional<String> rehearsal(Candidate candidate) {
        return issuers.find(candidate.issuer()).flatMap(IssuerSettings::rehearsal);
    }

    private static String domain(Identifier identifier) {
        return RegisteredDomains.of(Demand.baseName(identifier));
    }

    private static List<Count> counts(Collection<Candidate> candidates, Function<Candidate, Stream<String>> of) {
        Map<String, Integer> counts = new HashMap<>();
        candidates.forEach(candidate -> of.apply(candidate).forEach(key -> counts.merge(key, 1, Integer::sum)));
        return top(counts);
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
