package dev.perennial.orders.store;

import dev.perennial.orders.database.Columns;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;

/**
 * The partitions of {@code timeline}: one for each month in UTC, and a default one, so that an entry with any time can
 * be added. A change needs a lock on the partition, or on the whole table: set a short {@code lock_timeout}, because
 * other transactions queue behind a waiting lock.
 */
public final class TimelinePartitions {
    private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("'timeline_'uuuu_MM", Locale.ROOT);

    private final Handle tx;

    public TimelinePartitions(Handle tx) {
        this.tx = tx;
    }

    /** Whether no other transaction changes the partitions until this one ends. */
    public boolean lock() {
        return tx.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended('timeline partitions', 0))")
                .mapTo(Boolean.class)
                .one();
    }

    /** The months with a partition, the oldest first. */
    public List<YearMonth> months() {
        return tx.createQuery("""
                SELECT c.relname FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
                WHERE inhparent = 'timeline'::regclass AND c.relname ~ '^timeline_[0-9]{4}_[0-9]{2}$' ORDER BY 1""")
                .mapTo(String.class)
                .map(name -> YearMonth.parse(name, NAME))
                .list();
    }

    /** Whether the default partition has at most {@code limit} entries of the month. */
    public boolean hasFewStray(YearMonth month, int limit) {
        return tx.createQuery("""
                SELECT count(*) <= :limit FROM (
                    SELECT FROM timeline_default WHERE at >= :from AND at < :to LIMIT :limit + 1) stray""")
                .bind("limit", limit)
                .bind("from", Columns.at(start(month)))
                .bind("to", Columns.at(end(month)))
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Adds the partition of a month; its entries move there from the default partition, under an exclusive lock on that
     * one: {@link #hasFewStray} limits their number. Unlike {@code PARTITION OF}, {@code ATTACH PARTITION} does not lock
     * the whole table.
     */
    public void create(YearMonth month) {
        String name = month.format(NAME);
        Instant from = start(month);
        Instant to = end(month);
        tx.execute("LOCK TABLE timeline_default IN ACCESS EXCLUSIVE MODE");
        tx.execute("CREATE TABLE " + name + " (LIKE timeline INCLUDING DEFAULTS INCLUDING CONSTRAINTS)");
        tx.createUpdate("WITH moved AS (DELETE FROM timeline_default WHERE at >= :from AND at < :to RETURNING *)"
                        + " INSERT INTO " + name + " SELECT * FROM moved")
                .bind("from", Columns.at(from))
                .bind("to", Columns.at(to))
                .execute();
        tx.execute(
                "ALTER TABLE timeline ATTACH PARTITION %s FOR VALUES FROM ('%s') TO ('%s')".formatted(name, from, to));
    }

    /**
     * Drops the partition of a month with all its entries.
     *
     * @return their number, as PostgreSQL estimates it
     */
    public int drop(YearMonth month) {
        String name = month.format(NAME);
        int rows = tx.createQuery(
                        "SELECT greatest(reltuples, 0)::int FROM pg_class WHERE oid = CAST(:name AS regclass)")
                .bind("name", name)
                .mapTo(Integer.class)
                .one();
        tx.execute("DROP TABLE " + name);
        return rows;
    }

    /** Deletes entries of the default partition that are older than {@code before}, at most {@code limit}. */
    public int deleteStray(Instant before, int limit) {
        return tx.createUpdate("""
                DELETE FROM timeline_default WHERE ctid = ANY(ARRAY(
                    SELECT ctid FROM timeline_default WHERE at < :before ORDER BY at LIMIT :limit))""")
                .bind("before", Columns.at(before))
                .bind("limit", limit)
                .execute();
    }

    /** The time from which on entries belong to later months. */
    public static Instant end(YearMonth month) {
        return start(month.plusMonths(1));
    }

    public static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
