package dev.perennial.orders.replacement;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The plan of a replacement, as of the time of planning.
 *
 * @param selected certificates that match the selector
 * @param certificates those of them that run; fewer in the drill of a sample
 * @param first the first certificates of the plan
 * @param paceSeconds the median time from placing an order to the proof on every host
 * @param paceMeasured whether the pace is measured; otherwise it is assumed
 * @param end the time of the last proof after an immediate approval
 * @param durationSeconds the time until then
 * @param byDeadline the number of certificates proven by the deadline
 * @param waits the limits of the CAs that delay orders, with the number of orders
 * @param warnings for the approval
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

    /** Shown instead of a stored plan that cannot be read. */
    static final ReplacementPlan UNREADABLE = new ReplacementPlan(
            0,
            0,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            0,
            false,
            Instant.EPOCH,
            0,
            Optional.empty(),
            List.of(),
            List.of("the stored plan cannot be read; the report shows the certificates"));

    /** The number of certificates of a group. */
    public record Count(String of, int certificates) {}

    /** @param hosts the number of hosts that serve it */
    public record First(String name, String owner, int hosts, Instant expiresAt) {}
}
