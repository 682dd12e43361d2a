package dev.perennial.orders.issuer.limits;

import dev.perennial.events.Sha256;
import dev.perennial.orders.database.Columns;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.BucketKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** The table {@code rate_limit_bucket}. */
final class Buckets {
    /**
     * Longer keys are hashed, because the size of a PostgreSQL index row is limited and a hundred names exceed it.
     */
    private static final int MAX_LENGTH = 300;

    private static final String CLOSED_TOO_LONG = "closed_until > now() + interval '7 days 1 minute'";

    private final Handle tx;

    /**
     * @param closedTooLong ids of rows with a later time than any CA may give ({@link Bucket#opens}); a clock that was ahead
     *     has stored it
     */
    private record Found(Map<BucketKey, Bucket> buckets, List<String> closedTooLong) {}

    Buckets(Handle tx) {
        this.tx = tx;
    }

    /** Locks the buckets in the order of their ids until the transaction ends; missing buckets are created. */
    Map<BucketKey, Bucket> lock(Collection<BucketKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        while (true) {
            insert(keys.stream().map(key -> Map.entry(key, Bucket.FULL)).toList(), "NOTHING");
            Found locked = select(keys, "ORDER BY id FOR UPDATE");
            // A full bucket may be deleted between the two statements.
            if (locked.buckets().size() == Set.copyOf(keys).size()) {
                boundClosures(locked.closedTooLong());
                return locked.buckets();
            }
        }
    }

    /** Each query bounds a closure at its own time, so that the bucket would never open: the stored time is corrected. */
    private void boundClosures(List<String> ids) {
        if (!ids.isEmpty()) {
            tx.createUpdate("""
                    UPDATE rate_limit_bucket SET closed_until = now() + interval '7 days'
                    WHERE id IN (SELECT id FROM rate_limit_bucket WHERE id = ANY(:ids) AND %s ORDER BY id FOR UPDATE)""".formatted(CLOSED_TOO_LONG))
                    .bindArray("ids", String.class, ids)
                    .execute();
        }
    }

    /** The existing buckets, without a lock unless one is closed for too long. */
    Map<BucketKey, Bucket> readBounded(Collection<BucketKey> keys) {
        if (keys.isEmpty()) {
            return Map.of();
        }
        Found found = select(keys, "");
        boundClosures(found.closedTooLong());
        return found.buckets();
    }

    /** The existing buckets, without a lock. */
    Map<BucketKey, Bucket> read(Collection<BucketKey> keys) {
        return keys.isEmpty() ? Map.of() : select(keys, "").buckets();
    }

    void save(Map<BucketKey, Bucket> buckets) {
        if (!buckets.isEmpty()) {
            insert(
                    buckets.entrySet(),
                    "UPDATE SET arrival = excluded.arrival, closed_until = greatest(b.closed_until, excluded.closed_until)");
        }
    }

    private Found select(Collection<BucketKey> keys, String suffix) {
        Map<String, BucketKey> byId = new HashMap<>();
        keys.forEach(key -> byId.put(id(key), key));
        Found found = new Found(new HashMap<>(), new ArrayList<>());
        tx.createQuery("""
                SELECT id, arrival, least(closed_until, now() + interval '7 days') AS closed_until, %s AS closed_too_long
                FROM rate_limit_bucket WHERE id = ANY(:ids)\s""".formatted(CLOSED_TOO_LONG) + suffix)
                .bindArray("ids", String.class, List.copyOf(byId.keySet()))
                .map((row, context) -> {
                    String id = row.getString("id");
                    if (row.getBoolean("closed_too_long")) {
                        found.closedTooLong().add(id);
                    }
                    return Map.entry(
                            byId.get(id),
                            new Bucket(Columns.instant(row, "arrival"), Columns.instant(row, "closed_until")));
                })
                .forEach(entry -> found.buckets().put(entry.getKey(), entry.getValue()));
        return found;
    }

    private void insert(Collection<Map.Entry<BucketKey, Bucket>> entries, String onConflict) {
        Map<String, Map.Entry<BucketKey, Bucket>> byId = new TreeMap<>();
        entries.forEach(entry -> byId.put(id(entry.getKey()), entry));
        List<Map.Entry<BucketKey, Bucket>> rows = List.copyOf(byId.values());
        tx.createUpdate("""
                INSERT INTO rate_limit_bucket AS b (id, issuer, kind, subject, arrival, closed_until)
                SELECT * FROM unnest(:ids, :issuers, :kinds, :subjects, CAST(:arrivals AS timestamptz[]),
                                     CAST(:closed AS timestamptz[])) AS r(id, issuer, kind, subject, arrival, closed)
                ORDER BY r.id
                ON CONFLICT (id) DO\s""" + onConflict)
                .bindArray("ids", String.class, List.copyOf(byId.keySet()))
                .bindArray(
                        "issuers",
                        String.class,
                        rows.stream().map(row -> row.getKey().issuer()).toList())
                .bindArray(
                        "kinds",
                        String.class,
                        rows.stream().map(row -> row.getKey().kind().name()).toList())
                .bindArray(
                        "subjects",
                        String.class,
                        rows.stream().map(row -> row.getKey().subject()).toList())
                .bindArray(
                        "arrivals",
                        String.class,
                        rows.stream()
                                .map(row -> row.getValue().arrival().toString())
                                .toList())
                .bindArray(
                        "closed",
                        String.class,
                        rows.stream()
                                .map(row -> row.getValue().closedUntil().toString())
                                .toList())
                .execute();
    }

    private static String id(BucketKey key) {
        String id = key.issuer() + ' ' + key.kind() + ' ' + key.subject();
        return id.length() <= MAX_LENGTH
                ? id
                : key.issuer() + ' ' + key.kind() + " sha-256:" + Sha256.hex(key.subject());
    }
}
