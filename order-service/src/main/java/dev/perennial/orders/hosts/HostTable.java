package dev.perennial.orders.hosts;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.ResourceName;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;

/** The table {@code host}. */
public final class HostTable {
    private static final TypeReference<Map<String, String>> LABELS = new TypeReference<>() {};

    private final Handle tx;

    public HostTable(Handle tx) {
        this.tx = tx;
    }

    /** Those of the names that belong to a host which is not removed. */
    public Set<String> registered(Collection<String> names) {
        return registered(names, "");
    }

    /** As {@link #registered}; none of them is removed before the end of the transaction. */
    public Set<String> lockRegistered(Collection<String> names) {
        // In one order, so that requests do not wait for each other in a circle.
        return registered(names, " ORDER BY name FOR SHARE");
    }

    private Set<String> registered(Collection<String> names, String clause) {
        List<String> valid =
                names.stream().filter(ResourceName::isValid).distinct().toList();
        return valid.isEmpty()
                ? Set.of()
                : tx.createQuery("SELECT name FROM host WHERE name = ANY (:names) AND removed_at IS NULL" + clause)
                        .bindArray("names", String.class, valid)
                        .mapTo(String.class)
                        .set();
    }

    /** @return whether there was no row for this host */
    boolean add(String name, Map<String, String> labels, String by, Instant now) {
        return tx.createUpdate("""
                        INSERT INTO host (name, labels, registered_by, registered_at)
                        VALUES (:name, CAST(:labels AS jsonb), :by, :at) ON CONFLICT (name) DO NOTHING""")
                        .bind("name", name)
                        .bind("labels", Json.write(labels))
                        .bind("by", by)
                        .bind("at", Columns.at(now))
                        .execute()
                == 1;
    }

    /** Registers a removed host again. */
    void addAgain(String name, Map<String, String> labels, String by, Instant now) {
        tx.createUpdate("""
                        UPDATE host SET labels = CAST(:labels AS jsonb), registered_by = :by, registered_at = :at,
                            removed_at = NULL, removed_by = NULL
                        WHERE name = :name""")
                .bind("name", name)
                .bind("labels", Json.write(labels))
                .bind("by", by)
                .bind("at", Columns.at(now))
                .execute();
    }

    void label(String name, Map<String, String> labels) {
        tx.createUpdate("UPDATE host SET labels = CAST(:labels AS jsonb) WHERE name = :name")
                .bind("name", name)
                .bind("labels", Json.write(labels))
                .execute();
    }

    void remove(String name, String by, Instant now) {
        tx.createUpdate("UPDATE host SET removed_at = :now, removed_by = :by WHERE name = :name")
                .bind("name", name)
                .bind("now", Columns.at(now))
                .bind("by", by)
                .execute();
    }

    Optional<RegisteredHost> find(String name) {
        return find(name, "");
    }

    Optional<RegisteredHost> lock(String name) {
        return find(name, " FOR UPDATE");
    }

    private Optional<RegisteredHost> find(String name, String clause) {
        return tx.createQuery("SELECT * FROM host WHERE name = :name" + clause)
                .bind("name", name)
                .map((row, context) -> host(row))
                .findOne();
    }

    /**
     * Ordered by name.
     *
     * @param after the last name of the page before; empty for the first page
     */
    List<RegisteredHost> page(String after, boolean removed, int limit) {
        return tx.createQuery("SELECT * FROM host WHERE name > :after"
                        + (removed ? "" : " AND removed_at IS NULL")
                        + " ORDER BY name LIMIT :limit")
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> host(row))
                .list();
    }

    /** The certificates with this target that are not retired. */
    long countCertificates(String name) {
        return tx.createQuery("""
                        SELECT count(*) FROM certificate WHERE targets @> ARRAY[CAST(:name AS text)] AND retired_at IS NULL""").bind("name", name).mapTo(Long.class).one();
    }

    private static RegisteredHost host(ResultSet row) throws SQLException {
        return new RegisteredHost(
                row.getString("name"),
                labels(row.getString("labels")),
                row.getString("registered_by"),
                Columns.instant(row, "registered_at"),
                Columns.optionalInstant(row, "removed_at"),
                Columns.optionalText(row, "removed_by"));
    }

    /** Labels are for people only. */
    private static Map<String, String> labels(String json) {
        return Json.readOr(() -> Map.copyOf(Json.read(json, LABELS)), Map.of());
    }
}
