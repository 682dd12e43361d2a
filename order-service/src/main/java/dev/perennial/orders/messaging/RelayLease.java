package dev.perennial.orders.messaging;

import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The table {@code relay_lease} names the replica that publishes the outbox. Expiry uses the clock of the database, so
 * clock differences between hosts do not matter. A session lock is not sufficient: PostgreSQL releases it only after a
 * TCP timeout.
 */
final class RelayLease {
    private final UUID holder = UUID.randomUUID();
    private final Duration length;
    /** The end of the lease in {@code System.nanoTime()}; not later than the end in the database. */
    private long endsAt = System.nanoTime();

    RelayLease(Duration length) {
        this.length = length;
    }

    /**
     * A lease that the database stored while its clock was ahead would last for the difference, also if its holder has ended.
     */
    private void bound(Handle tx) {
        tx.createUpdate("""
                UPDATE relay_lease SET expires_at = now() + CAST(:length AS interval)
                WHERE expires_at > now() + CAST(:length AS interval) + interval '1 minute'""").bind("length", length.toString()).execute();
    }

    /** Takes the lease if it is free; renews it if half of it has passed. @return whether this replica holds it */
    boolean acquire(Handle tx) {
        long now = System.nanoTime();
        if (endsAt - now > length.toNanos() / 2) {
            return true;
        }
        bound(tx);
        boolean held = tx.createQuery("""
                        INSERT INTO relay_lease AS l (holder, expires_at)
                        SELECT :holder, now() + CAST(:length AS interval)
                        WHERE NOT EXISTS (SELECT 1 FROM relay_lease WHERE holder <> :holder AND expires_at > now())
                        ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
                            WHERE l.holder = excluded.holder OR l.expires_at <= now()
                        RETURNING true""")
                .bind("holder", holder)
                .bind("length", length.toString())
                .mapTo(Boolean.class)
                .findOne()
                .isPresent();
        endsAt = held ? now + length.toNanos() : now;
        return held;
    }

    /** Whether the lease has not ended; asks no database. */
    boolean isHeld() {
        return endsAt - System.nanoTime() > 0;
    }

    /** After the transaction of {@link #acquire} was rolled back: the next call reads the table again. */
    void discard() {
        endsAt = System.nanoTime();
    }

    /** Ends the lease, so that another replica need not wait for its end. */
    void release(Handle tx) {
        tx.createUpdate("UPDATE relay_lease SET expires_at = now() WHERE holder = :holder AND expires_at > now()")
                .bind("holder", holder)
                .execute();
        endsAt = System.nanoTime();
    }
}
