package dev.perennial.orders.replacement;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What would happen, as it was known when it was planned.
 *
 * @param selected certificates that fit the selector
 * @param certificates those of them that run: fewer in a drill of a sample
 * @param first the first that run
 * @param paceSeconds from placing an order to the proof on every host, the median
 * @param paceMeasured whether the pace is that of the last orders; else it is assumed
 * @param end when the last is proven, if it is approved at once
 * @param durationSeconds until then
 * @param byDeadline how many are proven by the deadline
 * @param waits limits of the CAs that put orders off, and how many
 * @param warnings what one should know before
 */
public record ReplacementPlan(
        int selected,
        int certificates,
        List<Count> byIssuer,
        List<Count> byOwner,
        List<Count> byDomain,
        List<First> first,
        long paceSeconds,
        boolean paceMeasured,
        Instant end,
        long durationSeconds,
        Optional<Integer> byDeadline,
        List<Count> waits,
        List<String> warnings) {
    public ReplacementPlan {
        byIssuer = List.copyOf(byIssuer);
        byOwner = List.copyOf(byOwner);
        byDomain = List.copyOf(byDomain);
        first = List.copyOf(first);
        waits = List.copyOf(waits);
        warnings = List.copyOf(warnings);
    }

    /** How many certificates of what. */
    public record Count(String of, int certificates) {}

    /** @param hosts on how many it is served */
    public record First(String name, String owner, int hosts, Instant expiresAt) {}
}
