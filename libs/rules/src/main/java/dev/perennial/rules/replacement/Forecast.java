package dev.perennial.rules.replacement;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * The forecast of a run: a simulation against the real limits. An item is released when a slot is free and the limits
 * admit it, lowest rank first. It occupies its slot for the duration of an order. A postponed item occupies none.
 *
 * @param end time of the last proof
 * @param byDeadline items proven by the deadline; all items if there is none
 * @param waits items that are postponed at least once, by limit
 */
public record Forecast(Instant end, int byDeadline, Map<String, Integer> waits) {
    public Forecast {
        waits = Map.copyOf(waits);
    }

    /**
     * @param ranked in the order of release
     * @param pace duration from the order to the proof
     */
    public static Forecast of(
            List<Candidate> ranked,
            ReleaseLimit releaseLimit,
            int atOnce,
            Duration pace,
            Optional<Instant> deadline,
            Instant start) {
        return of(
                ranked.size(), (rank, now) -> releaseLimit.admit(ranked.get(rank), now), atOnce, pace, deadline, start);
    }

    /** {@link ReleaseLimit#admit} of the item with a rank. The items need not all be in memory. */
    @FunctionalInterface
    public interface RankedReleaseLimit {
        Optional<ReleaseLimit.Wait> admit(int rank, Instant now);
    }

    /**
     * @param size the number of items; their ranks begin with 0
     * @param pace duration from the order to the proof
     */
    public static Forecast of(
            int size,
            RankedReleaseLimit releaseLimit,
            int atOnce,
            Duration pace,
            Optional<Instant> deadline,
            Instant start) {
        return new Simulation(size, releaseLimit, pace, deadline, start).run(atOnce);
    }

    /**
     * Without an Instant, because most items of a large plan are postponed at the same time.
     *
     * @param nanos after the start
     * @param rank the position in the list
     */
    private record Due(long nanos, int rank) {}

    private static final class Simulation {
        private final int size;
        private final RankedReleaseLimit releaseLimit;
        private final Duration pace;
        private final Optional<Instant> deadline;
        private final Instant start;
        private final PriorityQueue<Integer> ready = new PriorityQueue<>();
        private final PriorityQueue<Due> postponed =
                new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparing(Due::rank));
        private final PriorityQueue<Instant> busy = new PriorityQueue<>();
        private final Map<String, Integer> waits = new HashMap<>();
        private final boolean[] waited;
        private int next;
        private int byDeadline;

        Simulation(
                int size, RankedReleaseLimit releaseLimit, Duration pace, Optional<Instant> deadline, Instant start) {
            this.start = start;
            this.size = size;
            this.releaseLimit = releaseLimit;
            this.pace = pace;
            this.deadline = deadline;
            this.waited = new boolean[size];
        }

        Forecast run(int atOnce) {
            Instant now = start;
            Instant end = start;
            while (true) {
                while (!busy.isEmpty() && !busy.peek().isAfter(now)) {
                    busy.poll();
                }
                while (!postponed.isEmpty() && !at(postponed.peek()).isAfter(now)) {
                    ready.add(postponed.poll().rank());
                }
                while (busy.size() < atOnce && hasReady()) {
                    if (release(takeReady(), now)) {
                        end = now.plus(pace);
                    }
                }
                Optional<Instant> then = nextMoment(atOnce);
                if (then.isEmpty()) {
                    return new Forecast(end, byDeadline, waits);
                }
                now = then.get();
            }
        }

        private Instant at(Due due) {
            return start.plusNanos(due.nanos());
        }

        private boolean hasReady() {
            return !ready.isEmpty() || next < size;
        }

        /** Postponed items have lower ranks. */
        private int takeReady() {
            return ready.isEmpty() ? next++ : ready.poll();
        }

        private boolean release(int rank, Instant now) {
            Optional<ReleaseLimit.Wait> wait = releaseLimit.admit(rank, now);
            if (wait.isPresent()) {
                postponed.add(
                        new Due(Duration.between(start, wait.get().until()).toNanos(), rank));
                if (!waited[rank]) {
                    waited[rank] = true;
                    waits.merge(wait.get().reason(), 1, Integer::sum);
                }
                return false;
            }
            Instant proven = now.plus(pace);
            busy.add(proven);
            if (deadline.map(limit -> !proven.isAfter(limit)).orElse(true)) {
                byDeadline++;
            }
            return true;
        }

        /**
         * The time of the next free slot if an item is ready for it; otherwise the earliest time at which an item is
         * ready.
         */
        private Optional<Instant> nextMoment(int atOnce) {
            if (busy.size() >= atOnce && (hasReady() || !postponed.isEmpty())) {
                return Optional.of(busy.peek());
            }
            return Optional.ofNullable(postponed.peek()).map(this::at);
        }
    }
}
