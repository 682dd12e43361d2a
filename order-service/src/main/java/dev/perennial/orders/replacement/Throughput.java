package dev.perennial.orders.replacement;

import java.time.Duration;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The median duration of recent orders, from placement to proof. */
final class Throughput {
    /** The duration that is assumed before the first proof. */
    static final Duration ASSUMED = Duration.ofSeconds(30);

    private Throughput() {}

    static Optional<Duration> measured(Handle tx) {
        return tx.createQuery("""
                SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM o.updated_at - p.at)) AS seconds
                FROM (SELECT id, certificate_id, updated_at FROM certificate_order
                      WHERE state = 'DEPLOYED' AND purpose = 'LIVE' ORDER BY id DESC LIMIT 200) o
                CROSS JOIN LATERAL (SELECT max(at) AS at FROM timeline t
                    WHERE t.certificate_id = o.certificate_id AND t.order_id = o.id AND t.entry = 'order.placed') p
                WHERE p.at IS NOT NULL""")
                .map((row, context) -> Optional.ofNullable(row.getObject("seconds", Double.class))
                        .map(seconds -> Duration.ofMillis(Math.max(1, Math.round(seconds * 1_000)))))
                .one();
    }
}
