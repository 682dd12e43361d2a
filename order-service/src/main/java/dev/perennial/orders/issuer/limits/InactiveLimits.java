package dev.perennial.orders.issuer.limits;

import dev.perennial.orders.database.Columns;
import dev.perennial.rules.limits.Bucket;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The rows of {@code rate_limit_bucket} and {@code failing_name}, to delete those without effect. */
public final class InactiveLimits {
    private final Handle tx;

    public InactiveLimits(Handle tx) {
        this.tx = tx;
    }

    public record BucketRow(String id, Bucket bucket) {}

    public record NameRow(NameKey key, Instant failedAt, Optional<Instant> quarantinedUntil) {}

    /** The order of failing names. */
    public record NameKey(String issuer, String name) {}

    public List<BucketRow> buckets(String after, int limit) {
        return tx.createQuery("""
                SELECT id, arrival, closed_until FROM rate_limit_bucket WHERE id > :after ORDER BY id LIMIT :limit""")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> new BucketRow(
                        row.getString("id"),
                        new Bucket(Columns.instant(row, "arrival"), Columns.instant(row, "closed_until"))))
                .list();
    }

    /** Deletes buckets that are as they were read; one that changed or is locked stays. */
    public int deleteBuckets(List<BucketRow> rows) {
        return tx.createUpdate("""
                DELETE FROM rate_limit_bucket WHERE id IN (
                    SELECT b.id FROM rate_limit_bucket b
                    JOIN unnest(:ids, CAST(:arrivals AS timestamptz[]), CAST(:closed AS timestamptz[]))
                        AS r(id, arrival, closed) ON r.id = b.id AND r.arrival = b.arrival AND r.closed = b.closed_until
                    FOR UPDATE OF b SKIP LOCKED)""")
                .bindArray("ids", String.class, rows.stream().map(BucketRow::id).toList())
                .bindArray(
                        "arrivals",
                        String.class,
                        rows.stream()
                                .map(it -> it.bucket().arrival().toString())
                                .toList())
                .bindArray(
                        "closed",
                        String.class,
                        rows.stream()
                                .map(it -> it.bucket().closedUntil().toString())
                                .toList())
                .execute();
    }

    public List<NameRow> names(NameKey after, int limit) {
        return tx.createQuery("""
                SELECT issuer, name, failed_at, quarantined_until FROM failing_name
                WHERE (issuer, name) > (:issuer, :name) ORDER BY issuer, name LIMIT :limit""")
                .bind("issuer", after.issuer())
                .bind("name", after.name())
                .bind("limit", limit)
                .map((row, context) -> new NameRow(
                        new NameKey(row.getString("issuer"), row.getString("name")),
                        Columns.instant(row, "failed_at"),
                        Columns.optionalInstant(row, "quarantined_until")))
                .list();
    }

    /** Deletes names that are as they were read; one that failed again or is locked stays. */
    public int deleteNames(List<NameRow> rows) {
        return tx.createUpdate("""
                DELETE FROM failing_name WHERE (issuer, name) IN (
                    SELECT f.issuer, f.name FROM failing_name f
                    JOIN unnest(:issuers, :names, CAST(:failed AS timestamptz[])) AS r(issuer, name, failed)
                        ON r.issuer = f.issuer AND r.name = f.name AND r.failed = f.failed_at
                    FOR UPDATE OF f SKIP LOCKED)""")
                .bindArray(
                        "issuers",
                        String.class,
                        rows.stream().map(it -> it.key().issuer()).toList())
                .bindArray(
                        "names",
                        String.class,
                        rows.stream().map(it -> it.key().name()).toList())
                .bindArray(
                        "failed",
                        String.class,
                        rows.stream().map(it -> it.failedAt().toString()).toList())
                .execute();
    }
}
