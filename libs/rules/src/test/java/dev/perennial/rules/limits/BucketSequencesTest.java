package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/**
 * A bucket equals the bucket of a CA under any sequence of requests. Repeat a failure with {@code
 * -Dperennial.seed=<seed>}.
 */
class BucketSequencesTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final int SEQUENCES = 400;
    private static final int LENGTH = 250;

    @Test
    void neverGivesMoreThanTheLimitInAnyWindow() {
        long seed = Long.getLong("perennial.seed", System.nanoTime());
        System.out.println("seed of the random sequences: " + seed);
        RandomGenerator random = new Random(seed);
        for (int sequence = 0; sequence < SEQUENCES; sequence++) {
            run(random, "seed " + seed + ", sequence " + sequence);
        }
    }

    private static void run(RandomGenerator random, String where) {
        Limit limit = new Limit(1 + random.nextInt(8), Duration.ofMillis(1 + random.nextInt(20_000)));
        Bucket bucket = Bucket.FULL;
        Counted reference = new Counted(limit);
        List<Instant> given = new ArrayList<>();
        Instant now = START;
        for (int step = 0; step < LENGTH; step++) {
            now = now.plus(pause(random, limit));
            Instant earliest = bucket.earliest(limit, now);
            assertThat(earliest).as(where).isAfterOrEqualTo(now).isEqualTo(reference.earliest(now));
            if (random.nextInt(4) == 0) {
                // Available exactly at that time, and not one tick earlier.
                if (earliest.isAfter(now)) {
                    assertThat(reference.has(earliest.minus(1, ChronoUnit.MICROS)))
                            .as(where)
                            .isFalse();
                }
                now = earliest;
            }
            if (bucket.earliest(limit, now).equals(now)) {
                bucket = bucket.take(limit, now);
                reference.take(now);
                given.add(now);
            }
        }
        requireWithinLimit(limit, given, where);
    }

    /** In any period: the tokens of a full bucket without the reserve, and those refilled meanwhile. */
    private static void requireWithinLimit(Limit limit, List<Instant> given, String where) {
        for (int first = 0; first < given.size(); first++) {
            for (int last = first; last < given.size(); last++) {
                Duration stretch = Duration.between(given.get(first), given.get(last));
                long most = Math.max(1, limit.capacity() - 1)
                        + stretch.toNanos() / limit.interval().toNanos();
                assertThat((long) last - first + 1).as(where).isLessThanOrEqualTo(most);
            }
        }
    }

    private static Duration pause(RandomGenerator random, Limit limit) {
        long interval = limit.interval().toNanos() / 1_000;
        long micros =
                switch (random.nextInt(4)) {
                    case 0 -> 0;
                    case 1 -> random.nextLong(interval + 1);
                    case 2 -> random.nextLong(3 * interval + 1);
                    default ->
                        random.nextInt(20) == 0
                                ? random.nextLong(30 * interval + 1)
                                : random.nextLong(interval / 4 + 1);
                };
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    /** The same bucket in another representation: a level that refills. Exact, in microseconds since the start. */
    private static final class Counted {
        private final long interval;
        private final long full;
        private long level;
        private long at;

        Counted(Limit limit) {
            interval = limit.interval().toNanos() / 1_000;
            full = interval * Math.max(1, limit.capacity() - 1);
            level = full;
        }

        boolean has(Instant now) {
            return levelAt(micros(now)) >= interval;
        }

        Instant earliest(Instant now) {
            long missing = interval - levelAt(micros(now));
            return missing <= 0 ? now : now.plus(missing, ChronoUnit.MICROS);
        }

        void take(Instant now) {
            level = levelAt(micros(now)) - interval;
            at = micros(now);
        }

        private long levelAt(long micros) {
            return Math.min(full, level + micros - at);
        }

        private static long micros(Instant instant) {
            return ChronoUnit.MICROS.between(START, instant);
        }
    }
}
