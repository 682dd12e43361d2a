package dev.perennial.rules.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ForecastTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration PACE = Duration.ofSeconds(10);
    private static final ReleaseLimit OPEN = (candidate, now) -> Optional.empty();

    @Test
    void dependsOnTheSlotsOnlyWithoutLimits() {
        assertThat(forecast(100, OPEN, 10).end()).isEqualTo(NOW.plusSeconds(100));
        assertThat(forecast(101, OPEN, 10).end()).isEqualTo(NOW.plusSeconds(110));
        assertThat(forecast(5, OPEN, 10).end()).isEqualTo(NOW.plusSeconds(10));
        assertThat(forecast(0, OPEN, 10).end()).isEqualTo(NOW);
    }

    @Test
    void countsItemsProvenByTheDeadline() {
        assertThat(Forecast.of(many(100), OPEN, 10, PACE, Optional.of(NOW.plusSeconds(35)), NOW)
                        .byDeadline())
                .isEqualTo(30);
        assertThat(forecast(100, OPEN, 10).byDeadline()).isEqualTo(100);
    }

    /** One order per minute: 60 orders need an hour with any number of slots. */
    @Test
    void followsTheReleaseLimitAndCountsTheWaits() {
        Forecast forecast = forecast(60, new OneAMinute("any"), 1_000);

        assertThat(forecast.end()).isEqualTo(NOW.plus(Duration.ofMinutes(59)).plus(PACE));
        assertThat(forecast.waits()).isEqualTo(Map.of("one a minute", 59));
    }

    @Test
    void releasesItemsPastThoseThatWait() {
        List<Candidate> ranked = new ArrayList<>(Collections.nCopies(50, candidate("slow")));
        ranked.addAll(Collections.nCopies(50, candidate("fast")));
        List<Instant> fast = new ArrayList<>();
        ReleaseLimit slow = new OneAMinute("slow");
        ReleaseLimit releaseLimit = (candidate, now) -> {
            if (candidate.issuer().equals("fast")) {
                fast.add(now);
            }
            return slow.admit(candidate, now);
        };

        Forecast.of(ranked, releaseLimit, 10, PACE, Optional.empty(), NOW);

        assertThat(fast).hasSize(50).allMatch(at -> at.isBefore(NOW.plusSeconds(60)));
    }

    @Test
    void releasesTheLowestRankFirst() {
        List<String> order = new ArrayList<>();
        List<Candidate> ranked =
                IntStream.range(0, 20).mapToObj(i -> candidate("i" + i)).toList();

        Forecast.of(
                ranked,
                (candidate, now) -> {
                    order.add(candidate.issuer());
                    return Optional.empty();
                },
                3,
                PACE,
                Optional.empty(),
                NOW);

        assertThat(order).isEqualTo(ranked.stream().map(Candidate::issuer).toList());
    }

    private static Forecast forecast(int count, ReleaseLimit releaseLimit, int atOnce) {
        return Forecast.of(many(count), releaseLimit, atOnce, PACE, Optional.empty(), NOW);
    }

    private static List<Candidate> many(int count) {
        return IntStream.range(0, count).mapToObj(i -> candidate("any")).toList();
    }

    private static Candidate candidate(String issuer) {
        return new Candidate(
                CertificateId.next(),
                "f",
                "n",
                "o",
                issuer,
                List.of(Identifier.dns("a.example.com")),
                1,
                NOW.plus(Duration.ofDays(30)),
                false);
    }

    /** One order per minute at one issuer; others wait for the next minute. */
    private record OneAMinute(String issuer, Map<String, Instant> next) implements ReleaseLimit {
        OneAMinute(String issuer) {
            this(issuer, new HashMap<>());
        }

        @Override
        public Optional<Wait> admit(Candidate candidate, Instant now) {
            if (!candidate.issuer().equals(issuer)) {
                return Optional.empty();
            }
            Instant free = next.getOrDefault(issuer, now);
            if (free.isAfter(now)) {
                return Optional.of(new Wait(free, "one a minute"));
            }
            next.put(issuer, now.plus(Duration.ofMinutes(1)));
            return Optional.empty();
        }
    }
}
