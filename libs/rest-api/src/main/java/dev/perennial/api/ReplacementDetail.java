package dev.perennial.api;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A replacement run.
 *
 * @param selector a description of the selector
 * @param planExpiresAt the latest time of an approval
 * @param pausedFor why the run paused automatically
 * @param drillResult present if a drill has ended
 */
public record ReplacementDetail(
        UUID id,
        boolean drill,
        ReplacementState state,
        String reason,
        String selector,
        int atOnce,
        Optional<Instant> deadline,
        Instant createdAt,
        Instant planExpiresAt,
        Optional<Instant> approvedAt,
        Optional<Instant> endedAt,
        Optional<OrderProblem> pausedFor,
        ReplacementForecast plan,
        ReplacementProgress progress,
        Optional<DrillSummary> drillResult) {
    public ReplacementDetail {
        deadline = Absent.asEmpty(deadline);
        approvedAt = Absent.asEmpty(approvedAt);
        endedAt = Absent.asEmpty(endedAt);
        pausedFor = Absent.asEmpty(pausedFor);
        drillResult = Absent.asEmpty(drillResult);
    }
}
