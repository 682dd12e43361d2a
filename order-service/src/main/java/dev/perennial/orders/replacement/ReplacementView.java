package dev.perennial.orders.replacement;

import dev.perennial.events.Problem;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A replacement as it is now, for people. Field names are part of the API.
 *
 * @param selector in words
 * @param planExpiresAt after which it is not approved any more
 * @param pausedFor where it paused by itself
 */
public record ReplacementView(
        UUID id,
        boolean drill,
        RunState state,
        String reason,
        String selector,
        int atOnce,
        Optional<Instant> deadline,
        Instant createdAt,
        Instant planExpiresAt,
        Optional<Instant> approvedAt,
        Optional<Instant> endedAt,
        Optional<Problem> pausedFor,
        ReplacementPlan plan,
        Progress progress,
        Optional<DrillResult> drillResult) {
    /**
     * How far it is.
     *
     * @param items by state; those with none are there with 0
     * @param perMinute certificates that came to an end, since it was approved; 0 before the first
     * @param estimatedEnd at that rate, and not before the CA's limits allow the last
     */
    public record Progress(Map<ItemState, Integer> items, double perMinute, Optional<Instant> estimatedEnd) {}

    /**
     * Time to replace.
     *
     * @param drilled certificates that got through
     * @param medianSeconds half of them took no longer
     * @param p95Seconds and of a hundred, ninety-five
     * @param totalSeconds from the approval to the last of them
     * @param selected certificates that fit the selector
     * @param allSeconds all of them at the live CA's limits, at the measured pace
     */
    public record DrillResult(
            int drilled, long medianSeconds, long p95Seconds, long totalSeconds, int selected, long allSeconds) {}
}
