package dev.perennial.orders.retention;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/**
 * One transaction that selects rows and deletes those whose retention is over.
 *
 * @param <P> the position of a row
 */
final class Batch<P> {
    /** Selects and deletes. */
    @FunctionalInterface
    interface Work<P> {
        void run(Batch<P> batch);
    }

    private final Handle tx;
    private final Instant now;
    private final int limit;
    private final Map<String, Integer> deleted = new TreeMap<>();
    private P position;
    private int size;
    private boolean more;

    Batch(Handle tx, Instant now, int limit, P after) {
        this.tx = tx;
        this.now = now;
        this.limit = limit;
        this.position = after;
    }

    Handle tx() {
        return tx;
    }

    Instant now() {
        return now;
    }

    /** Maximum number of selected rows. */
    int limit() {
        return limit;
    }

    /** The position of the last selected row. */
    P position() {
        return position;
    }

    /** The next batch begins after the last of the selected rows. */
    void selected(P last, int count) {
        position = last;
        size = count;
        more = count == limit;
    }

    /** The next batch begins at the same position. */
    void unfinished(P before) {
        position = before;
        more = true;
    }

    /** The number of selected rows. */
    int size() {
        return size;
    }

    void deleted(String table, int rows) {
        deleted.merge(table, rows, Integer::sum);
    }

    Map<String, Integer> deleted() {
        return deleted;
    }

    boolean more() {
        return more;
    }
}
