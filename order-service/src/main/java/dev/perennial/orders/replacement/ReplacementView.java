package dev.perennial.orders.replacement;

import dev.perennial.events.Problem;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The current state of a replacement. Field names are part of the API.
 *
 * @param selector a description of the selector
 * @param planExpiresAt the latest time of an approval
 * @param pausedFor why the run paused automatically
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
     * The progress.
     *
     * @param items by state, zeros included
     * @param perMinute certificates that ended, since the approval; 0 before the first
     * @param estimatedEnd at that rate, within the limits of the CAs
     */
    public record Progress(Map<ItemState, Integer> items, double perMinute, Optional<Instant> estimatedEnd) {}

    /**
     * The time to replace.
     *
     * @param drilled certificates that succeeded
     * @param medianSeconds half of the certificates took no longer
     * @param p95Seconds 95 % of the certificates took no longer
     * @param totalSeconds from the approval to the last certificate
     * @param selected certificates that match the selector
     * @param allSeconds for all of them at the limits of the live CA, at the measured pace
     */
    public record DrillResult(
            int drilled, long medianSeconds, long p95Seconds, long totalSeconds, int selected, long allSeconds) {}
}
