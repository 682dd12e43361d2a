package dev.perennial.orders.replacement;

import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.Forecast;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The items of a plan in the order of their ranks. Only some pages are in memory: a forecast reads them one after the
 * other, and returns to those whose items wait for a limit.
 */
final class PagedCandidates {
    private static final int PAGE = 250;
    private static final int MAX_PAGES = 8;

    private final ReplacementItems items;
    private final int[] ranks;
    private final UnaryOperator<Candidate> placed;
    /** The least recently used first. */
    private final Map<Integer, Map<Integer, Candidate>> pages = new LinkedHashMap<>(16, 0.75f, true);

    /** @param placed returns the candidate at the issuer of its order */
    PagedCandidates(ReplacementItems items, int[] ranks, UnaryOperator<Candidate> placed) {
        this.items = items;
        this.ranks = ranks.clone();
        this.placed = placed;
    }

    int size() {
        return ranks.length;
    }

    Forecast forecast(LimitedRelease limits, int atOnce, Duration pace, Optional<Instant> deadline, Instant start) {
        return Forecast.of(
                ranks.length,
                (position, now) -> get(position, limits::add).flatMap(candidate -> limits.admit(candidate, now)),
                atOnce,
                pace,
                deadline,
                start);
    }

    /**
     * @param position from 0
     * @param onRead called with the candidates of a page that is read
     * @return empty if the certificate was replaced or retired meanwhile
     */
    private Optional<Candidate> get(int position, Consumer<Collection<Candidate>> onRead) {
        int number = position / PAGE;
        Map<Integer, Candidate> page = pages.get(number);
        if (page == null) {
            page = read(number);
            onRead.accept(page.values());
            if (pages.size() == MAX_PAGES) {
                pages.remove(pages.keySet().iterator().next());
            }
            pages.put(number, page);
        }
        return Optional.ofNullable(page.get(ranks[position]));
    }

    private Map<Integer, Candidate> read(int number) {
        int first = number * PAGE;
        int last = Math.min(first + PAGE, ranks.length) - 1;
        Map<Integer, Candidate> page = items.candidates(ranks[first], ranks[last]);
        page.replaceAll((rank, candidate) -> placed.apply(candidate));
        return page;
    }

    /** Each candidate once, in the order of the ranks. */
    void forEach(Consumer<Candidate> action) {
        for (int position = 0; position < ranks.length; position++) {
            get(position, page -> {}).ifPresent(action);
        }
    }
}
