package dev.perennial.api;

/**
 * The result of a drill: the time to replace.
 *
 * @param drilled certificates that succeeded
 * @param totalSeconds from the approval to the last certificate
 * @param selected certificates that match the selector
 * @param allSeconds for all of them at the limits of the live CA, at the measured pace
 */
public record DrillSummary(
        int drilled, long medianSeconds, long p95Seconds, long totalSeconds, int selected, long allSeconds) {}
