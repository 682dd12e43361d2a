package dev.perennial.orders.issuer;

import dev.perennial.events.IssuerSettings;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.database.UnreadableRowException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/** The tables {@code issuer} and {@code issuer_change}. */
public final class IssuerTable {
    private final Handle tx;

    public IssuerTable(Handle tx) {
        this.tx = tx;
    }

    /** Serializes changes, which are rare and read several rows. Does not block readers. */
    void lock() {
        tx.execute("LOCK TABLE issuer IN SHARE ROW EXCLUSIVE MODE");
    }

    /** All issuers whose settings can be read. */
    public List<StoredIssuer> all() {
        return all(name -> {});
    }

    /** @param unreadable receives the names of the issuers whose settings cannot be read */
    List<StoredIssuer> all(Consumer<String> unreadable) {
        return tx
                .createQuery("SELECT * FROM issuer ORDER BY name")
                .map((row, context) -> readable(row, unreadable))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /** An issuer whose settings cannot be read counts as absent, so that it can be configured again. */
    public Optional<StoredIssuer> find(String name) {
        return tx.createQuery("SELECT * FROM issuer WHERE name = :name")
                .bind("name", name)
                .map((row, context) -> readable(row, damaged -> {}))
                .findOne()
                .flatMap(found -> found);
    }

    void put(IssuerSettings settings, ManagedBy by, long revision, Instant now) {
        tx.createUpdate("""
                INSERT INTO issuer (name, settings, managed_by, revision, created_at, updated_at)
                VALUES (:name, CAST(:settings AS jsonb), :by, :revision, :now, :now)
                ON CONFLICT (name) DO UPDATE SET settings = excluded.settings, managed_by = excluded.managed_by,
                    revision = excluded.revision, updated_at = excluded.updated_at""")
                .bind("name", settings.name())
                .bind("settings", Json.write(settings))
                .bind("by", by.name())
                .bind("revision", revision)
                .bind("now", Columns.at(now))
                .execute();
    }

    /** The names of deleted issuers. */
    List<String> deleted() {
        return tx.createQuery("""
                SELECT DISTINCT issuer FROM issuer_change
                WHERE NOT EXISTS (SELECT 1 FROM issuer WHERE name = issuer_change.issuer) ORDER BY 1""").mapTo(String.class).list();
    }

    void delete(String name) {
        tx.createUpdate("DELETE FROM issuer WHERE name = :name")
                .bind("name", name)
                .execute();
    }

    /** @return the revision */
    long audit(
            String name,
            ManagedBy by,
            Optional<IssuerSettings> before,
            Optional<IssuerSettings> after,
            Optional<String> traceId,
            Instant now) {
        return tx.createUpdate("""
                INSERT INTO issuer_change (issuer, at, changed_by, before, after, trace_id)
                VALUES (:issuer, :now, :by, CAST(:before AS jsonb), CAST(:after AS jsonb), :traceId)""")
                .bind("issuer", name)
                .bind("now", Columns.at(now))
                .bind("by", by.name())
                .bind("before", before.map(Json::write).orElse(null))
                .bind("after", after.map(Json::write).orElse(null))
                .bind("traceId", traceId.orElse(null))
                .executeAndReturnGeneratedKeys("revision")
                .mapTo(Long.class)
                .one();
    }

    /** The last thousand changes, the newest first; also of a deleted issuer. */
    public List<IssuerChange> changes(String name) {
        return tx.createQuery("SELECT * FROM issuer_change WHERE issuer = :name ORDER BY revision DESC LIMIT 1000")
                .bind("name", name)
                .map((row, context) -> new IssuerChange(
                        row.getLong("revision"),
                        Columns.instant(row, "at"),
                        ManagedBy.valueOf(row.getString("changed_by")),
                        audited(row, "before"),
                        audited(row, "after"),
                        Columns.optionalText(row, "trace_id")))
                .list();
    }

    /** The number of certificates that name the issuer or have an order in progress there. */
    long certificatesOf(String name) {
        return tx.createQuery("""
                SELECT count(*) FROM (
                    SELECT id FROM certificate WHERE issuer = :name
                    UNION SELECT certificate_id FROM certificate_order
                        WHERE placed_issuer = :name AND state IN ('DUE', 'PLACED', 'AUTHORIZED')) it""").bind("name", name).mapTo(Long.class).one();
    }

    private static Optional<StoredIssuer> readable(ResultSet row, Consumer<String> unreadable) throws SQLException {
        try {
            return Optional.of(stored(row));
        } catch (UnreadableRowException e) {
            unreadable.accept(row.getString("name"));
            return Optional.empty();
        }
    }

    /** Settings that cannot be read any more are absent from the history. */
    private static Optional<IssuerSettings> audited(ResultSet row, String column) throws SQLException {
        return Columns.optionalText(row, column)
                .flatMap(json -> Json.readOr(() -> Optional.of(settings(json)), Optional.empty()));
    }

    /** @throws UnreadableRowException if the settings cannot be read */
    private static StoredIssuer stored(ResultSet row) throws SQLException {
        return new StoredIssuer(
                stored(row.getString("name"), row.getString("settings")),
                ManagedBy.valueOf(row.getString("managed_by")),
                row.getLong("revision"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"));
    }

    private static IssuerSettings stored(String name, String json) {
        try {
            return Objects.requireNonNull(settings(json), "settings");
        } catch (RuntimeException e) {
            throw new UnreadableRowException("issuer", name, e);
        }
    }

    private static IssuerSettings settings(String json) {
        return Json.read(json, IssuerSettings.class);
    }
}
