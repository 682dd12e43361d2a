package dev.perennial.orders.clocks;

import dev.perennial.orders.database.Columns;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * Corrects the times until which rows wait. A process whose clock was ahead has stored times that are too late. They
 * are moved when the clock is correct again: each wait keeps its length. A time that does not depend on the clock, such
 * as the renewal time of a certificate, is moved too: its task runs earlier and computes it again.
 */
public final class ClockCorrection {
    private static final List<Wait> WAITS = List.of(
            new Wait(
                    "certificate_order",
                    "updated_at",
                    List.of("due_at", "deadline_at"),
                    "(due_at IS NOT NULL OR deadline_at IS NOT NULL)"),
            new Wait("scheduled_task", "scheduled_at", List.of("due_at"), "true"),
            new Wait("revocation", "scheduled_at", List.of("due_at"), "due_at IS NOT NULL"),
            new Wait("revocation", "updated_at", List.of("revoke_by"), "due_at IS NOT NULL AND state = 'REPLACING'"),
            new Wait("compromised_key", "reported_at", List.of("revoke_by"), "revoke_by IS NOT NULL"),
            new Wait("replacement_item", "scheduled_at", List.of("due_at"), "state = 'WAITING'"),
            new Wait("unresolved_acme_order", "scheduled_at", List.of("check_at"), "true"));

    private final Handle tx;

    public ClockCorrection(Handle tx) {
        this.tx = tx;
    }

    /**
     * @param scheduledAt the column with the time at which the others were stored
     * @param condition whether a row waits
     */
    private record Wait(String table, String scheduledAt, List<String> times, String condition) {
        /** Without the rows that another transaction has locked; they are corrected later. */
        String correction() {
            String moved = times.stream()
                    .map(time -> time + " = " + time + " - (" + scheduledAt + " - latest.now), ")
                    .collect(Collectors.joining());
            return """
                    UPDATE %1$s SET %3$s%2$s = latest.now FROM (SELECT greatest(now(), :now) AS now) AS latest
                    WHERE ctid IN (SELECT ctid FROM %1$s
                        WHERE %2$s > greatest(now(), :now) + interval '1 minute' AND %4$s
                        LIMIT 1000 FOR UPDATE SKIP LOCKED)""".formatted(table, scheduledAt, moved, condition);
        }
    }

    /**
     * Corrects at most 1,000 rows per table. Differences of a minute between the clocks of replicas are not corrected.
     * The later one of this clock and the database's counts, so that a replica whose clock is behind corrects nothing.
     *
     * @return the number of corrected rows
     */
    public int correct(Instant now) {
        return WAITS.stream()
                .mapToInt(wait -> tx.createUpdate(wait.correction())
                        .bind("now", Columns.at(now))
                        .execute())
                .sum();
    }
}
