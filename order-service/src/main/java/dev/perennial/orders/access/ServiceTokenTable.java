package dev.perennial.orders.access;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.ApprovalId;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table {@code service_token}. */
final class ServiceTokenTable {
    private static final TypeReference<List<Grant>> GRANTS = new TypeReference<>() {};

    private final Handle tx;

    ServiceTokenTable(Handle tx) {
        this.tx = tx;
    }

    /** @param digest of the token's text */
    record Stored(ServiceToken token, String digest) {}

    /** @return whether the name was free: only revoked tokens may have it */
    boolean add(ServiceToken token, String digest) {
        return tx.createUpdate("""
                        INSERT INTO service_token (id, name, digest, grants, created_by, created_at, expires_at, activated_at)
                        VALUES (:id, :name, :digest, CAST(:grants AS jsonb), :by, :at, :expires, :activated)
                        ON CONFLICT (name) WHERE revoked_at IS NULL DO NOTHING""")
                        .bind("id", token.id())
                        .bind("name", token.name())
                        .bind("digest", digest)
                        .bind("grants", Json.write(token.grants()))
                        .bind("by", token.createdBy())
                        .bind("at", Columns.at(token.createdAt()))
                        .bind("expires", Columns.at(token.expiresAt()))
                        .bind("activated", token.activatedAt().map(Columns::at).orElse(null))
                        .execute()
                == 1;
    }

    void waitFor(String id, ApprovalId approval) {
        tx.createUpdate("UPDATE service_token SET approval = :approval WHERE id = :id AND activated_at IS NULL")
                .bind("approval", approval.value())
                .bind("id", id)
                .execute();
    }

    /** A token that has never been usable. */
    void delete(String id) {
        tx.createUpdate("DELETE FROM service_token WHERE id = :id AND activated_at IS NULL")
                .bind("id", id)
                .execute();
    }

    /** Until the transaction ends, the token is neither revoked nor activated by another one. */
    Optional<ServiceToken> lock(String id) {
        return tx.createQuery("SELECT * FROM service_token WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .map((row, context) -> token(row))
                .findOne();
    }

    void activate(String id, Instant now) {
        tx.createUpdate("UPDATE service_token SET activated_at = :now WHERE id = :id")
                .bind("now", Columns.at(now))
                .bind("id", id)
                .execute();
    }

    void revokeWaiting(ApprovalId approval, String by, Instant now) {
        tx.createUpdate("""
                UPDATE service_token SET revoked_at = :now, revoked_by = :by
                WHERE approval = :approval AND activated_at IS NULL AND revoked_at IS NULL""")
                .bind("now", Columns.at(now))
                .bind("by", by)
                .bind("approval", approval.value())
                .execute();
    }

    Optional<Stored> find(String id) {
        return tx.createQuery("SELECT * FROM service_token WHERE id = :id")
                .bind("id", id)
                .map((row, context) -> new Stored(token(row), row.getString("digest")))
                .findOne();
    }

    /** The token with this name that is not revoked. */
    Optional<ServiceToken> named(String name) {
        return tx.createQuery("SELECT * FROM service_token WHERE name = :name AND revoked_at IS NULL")
                .bind("name", name)
                .map((row, context) -> token(row))
                .findOne();
    }

    /**
     * Whether a principal created another one, directly or through further tokens. Revoked tokens count: a name can be used
     * again. Those that have never been usable do not.
     */
    boolean created(String creator, String principal) {
        return tx.createQuery("""
                WITH RECURSIVE creator (principal) AS (
                    SELECT created_by FROM service_token
                    WHERE :prefix || name = :principal AND activated_at IS NOT NULL
                    UNION
                    SELECT t.created_by FROM creator c
                    JOIN service_token t ON :prefix || t.name = c.principal AND t.activated_at IS NOT NULL)
                SELECT EXISTS (SELECT FROM creator WHERE principal = :creator)""")
                .bind("prefix", ServiceToken.PRINCIPAL)
                .bind("principal", principal)
                .bind("creator", creator)
                .mapTo(Boolean.class)
                .one();
    }

    /** At most a thousand tokens: those that are not revoked first, then the newest. */
    List<ServiceToken> all() {
        return tx.createQuery(
                        "SELECT * FROM service_token ORDER BY revoked_at IS NOT NULL, created_at DESC, id LIMIT 1000")
                .map((row, context) -> token(row))
                .list();
    }

    /** Tokens with the role, for whatever it is granted, that are or were usable. */
    List<ServiceToken> activated(Role role) {
        return tx.createQuery("""
                SELECT * FROM service_token
                WHERE activated_at IS NOT NULL AND grants @> jsonb_build_array(jsonb_build_object('role', :role))""")
                .bind("role", role.name())
                .map((row, context) -> token(row))
                .list();
    }

    /** Serializes the creation of tokens. */
    void lock() {
        tx.execute("LOCK TABLE service_token IN SHARE ROW EXCLUSIVE MODE");
    }

    /** @return whether the token exists; one that was revoked before stays as it is */
    boolean revoke(String id, String by, Instant now) {
        return tx.createUpdate("""
                        UPDATE service_token SET revoked_at = coalesce(revoked_at, :now), revoked_by = coalesce(revoked_by, :by)
                        WHERE id = :id""")
                        .bind("now", Columns.at(now))
                        .bind("by", by)
                        .bind("id", id)
                        .execute()
                == 1;
    }

    /** An expired token no longer holds its name. */
    void revokeExpired(String name, String by, Instant now) {
        tx.createUpdate("""
                UPDATE service_token SET revoked_at = :now, revoked_by = :by
                WHERE name = :name AND revoked_at IS NULL AND expires_at <= :now""")
                .bind("now", Columns.at(now))
                .bind("by", by)
                .bind("name", name)
                .execute();
    }

    void used(String id, Instant now) {
        tx.createUpdate("UPDATE service_token SET last_used_at = :now WHERE id = :id")
                .bind("now", Columns.at(now))
                .bind("id", id)
                .execute();
    }

    private static ServiceToken token(ResultSet row) throws SQLException {
        return new ServiceToken(
                row.getString("id"),
                row.getString("name"),
                grants(row.getString("grants")),
                row.getString("created_by"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "expires_at"),
                Columns.optionalText(row, "approval").map(ApprovalId::of),
                Columns.optionalInstant(row, "activated_at"),
                Columns.optionalInstant(row, "revoked_at"),
                Columns.optionalText(row, "revoked_by"),
                Columns.optionalInstant(row, "last_used_at"));
    }

    /** Grants that cannot be read count as none: the token is denied everything. */
    private static List<Grant> grants(String json) {
        return Json.readOr(() -> List.copyOf(Json.read(json, GRANTS)), List.of());
    }
}
