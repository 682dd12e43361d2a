package dev.perennial.orders.retention;

import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Database;
import dev.perennial.orders.parts.Postgres;
import dev.perennial.rules.retention.RetentionRules;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;

/** A database with rows of the past. */
final class History {
    static final RetentionRules RULES = new RetentionRules(Duration.ofDays(400), Duration.ofDays(30));

    final Database database = Postgres.database();
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    /** In autocommit mode. One connection for thousands of statements. */
    private final Handle rows = database.open();

    private int ids;

    RetentionPass pass() {
        return pass(Clock.systemUTC());
    }

    RetentionPass pass(Clock clock) {
        return new RetentionPass(RULES, database, clock, meters);
    }

    /** Runs a whole pass. */
    void clean() {
        finish(pass());
    }

    static void finish(RetentionPass pass) {
        while (pass.batch()) {
            // The next batch.
        }
    }

    Instant daysAgo(double days) {
        return now.minusSeconds((long) (days * 86_400));
    }

    /** An id that sorts after all former ones. */
    UUID id() {
        return new UUID(0x0190_0000_0000_7000L | ++ids, 0x8000_0000_0000_0000L);
    }

    UUID certificate() {
        UUID id = id();
        run("""
                INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels, created_at, updated_at)
                VALUES (:id, 'web', CAST(:id AS text), '{a.example.com}', 'local', 'EC_P256', '{web-1}', '{}', :at, :at)""", id, now);
        return id;
    }

    /** An order in its last state; the one that is created last is the latest one unless it is a drill. */
    UUID order(UUID certificate, String purpose, String state, Instant updatedAt) {
        UUID id = id();
        rows.useTransaction(tx -> {
            boolean latest = !purpose.equals("DRILL");
            if (latest) {
                tx.execute("UPDATE certificate_order SET latest = false WHERE certificate_id = ?", certificate);
                tx.execute("UPDATE certificate SET latest_order_id = ? WHERE id = ?", id, certificate);
            }
            tx.createUpdate("""
                    INSERT INTO certificate_order (id, certificate_id, latest, name, owner, identifiers, issuer, key_type, targets,
                        purpose, state, attempt, due_at, deadline_at, acme_order, problem, created_at, updated_at)
                    VALUES (:id, :certificate, :latest, 'a', 'web', '{a.example.com}', 'local', 'EC_P256', '{web-1}',
                        :purpose, :state, 1, CASE WHEN :state = 'DUE' THEN :at END,
                        CASE WHEN :state IN ('PLACED', 'AUTHORIZED') THEN :at END,
                        CASE WHEN :state IN ('PLACED', 'AUTHORIZED') THEN CAST(:acme AS jsonb) END,
                        CASE WHEN :state = 'FAILED' THEN CAST(:problem AS jsonb) END, :at, :at)""")
                    .bind("id", id)
                    .bind("certificate", certificate)
                    .bind("latest", latest)
                    .bind("purpose", purpose)
                    .bind("state", state)
                    .bind("at", Columns.at(updatedAt))
                    .bind("acme", """
                            {"url":"https://ca.test/o","finalizeUrl":"https://ca.test/f","authorizationUrls":[]}""")
                    .bind("problem", """
                            {"code":"ca-refused","detail":"the CA refused the order"}""")
                    .execute();
            tx.execute(
                    "INSERT INTO deployment (order_id, host, state, fingerprint) VALUES (?, 'web-1', 'PROVEN', 'x')",
                    id);
        });
        return id;
    }

    /** The certificate of the order, with its status. It is the current one until the next. */
    String issued(UUID certificate, UUID order, Instant notAfter) {
        String fingerprint = "%064x".formatted(++ids);
        rows.useTransaction(tx -> {
            tx.createUpdate("""
                    WITH issued AS (
                        INSERT INTO issued_certificate (fingerprint, certificate_id, order_id, issuer, serial, key_type, not_before,
                            not_after, vault_path, vault_version, recorded_at, key_fingerprint)
                        VALUES (:fingerprint, :certificate, :order, 'local', 'ab12', 'EC_P256', :notBefore, :notAfter, 'v', 1,
                            :notBefore, 'k' || :fingerprint)),
                    linked AS (
                        UPDATE certificate_order SET issued_fingerprint = :fingerprint WHERE id = :order)
                    UPDATE certificate SET fingerprint = :fingerprint, serial = 'ab12', not_before = :notBefore,
                        not_after = :notAfter, vault_path = 'v', vault_version = 1 WHERE id = :certificate""")
                    .bind("fingerprint", fingerprint)
                    .bind("certificate", certificate)
                    .bind("order", order)
                    .bind("notBefore", Columns.at(notAfter.minus(Duration.ofDays(47))))
                    .bind("notAfter", Columns.at(notAfter))
                    .execute();
            tx.createUpdate("""
                    INSERT INTO certificate_status (fingerprint, status, since, checked_at, next_check_at)
                    VALUES (:fingerprint, 'GOOD', :at, :at, :at)""")
                    .bind("fingerprint", fingerprint)
                    .bind("at", Columns.at(notAfter))
                    .execute();
        });
        return fingerprint;
    }

    /** A deployed order and its certificate. */
    String renewal(UUID certificate, Instant notAfter) {
        return issued(
                certificate, order(certificate, "LIVE", "DEPLOYED", notAfter.minus(Duration.ofDays(47))), notAfter);
    }

    void revocation(UUID certificate, String fingerprint, String state, String reason) {
        rows.useTransaction(tx -> tx.createUpdate("""
                INSERT INTO revocation (fingerprint, certificate_id, order_id, reason, request_id, retired, state, attempts,
                    requested_at, updated_at)
                VALUES (:fingerprint, :certificate, :certificate, :reason, 'r', false, :state, 1, :now, :now)""")
                .bind("fingerprint", fingerprint)
                .bind("certificate", certificate)
                .bind("reason", reason)
                .bind("state", state)
                .bind("now", Columns.at(now))
                .execute());
    }

    /** A replacement of that many certificates. */
    UUID replacement(String state, Instant expiresAt, Instant endedAt, UUID certificate, int items) {
        UUID id = id();
        rows.useTransaction(tx -> {
            tx.createUpdate("""
                    INSERT INTO replacement (id, drill, state, reason, selector, plan, max_concurrent, planned_concurrent,
                        expires_at, ended_at, created_at, updated_at)
                    VALUES (:id, false, :state, 'test', 'all', 'null', 10, 10, :expiresAt, :endedAt, :expiresAt, :expiresAt)""")
                    .bind("id", id)
                    .bind("state", state)
                    .bind("expiresAt", Columns.at(expiresAt))
                    .bind("endedAt", endedAt == null ? null : Columns.at(endedAt))
                    .execute();
            tx.createUpdate("""
                    INSERT INTO replacement_item (replacement_id, rank, certificate_id, fingerprint, state, due_at)
                    SELECT :id, rank, :certificate, 'f', 'DONE', now() FROM generate_series(1, :items) AS rank""")
                    .bind("id", id)
                    .bind("certificate", certificate)
                    .bind("items", items)
                    .execute();
        });
        return id;
    }

    void entry(UUID certificate, Instant at, String entry) {
        rows.useTransaction(tx -> tx.createUpdate("""
                INSERT INTO timeline (certificate_id, order_id, at, entry, detail)
                VALUES (:certificate, :certificate, :at, :entry, '{}')""")
                .bind("certificate", certificate)
                .bind("at", Columns.at(at))
                .bind("entry", entry)
                .execute());
    }

    void run(String statement, UUID id, Instant at) {
        rows.useTransaction(tx -> tx.createUpdate(statement)
                .configure(SqlStatements.class, it -> it.setUnusedBindingAllowed(true))
                .bind("id", id)
                .bind("at", Columns.at(at))
                .execute());
    }

    Set<UUID> orders() {
        return new TreeSet<>(list("SELECT id FROM certificate_order", UUID.class));
    }

    Set<String> certificates() {
        return new TreeSet<>(list("SELECT fingerprint FROM issued_certificate", String.class));
    }

    <T> List<T> list(String query, Class<T> type) {
        return list(rows, query, type);
    }

    static <T> List<T> list(Handle tx, String query, Class<T> type) {
        return tx.createQuery(query).mapTo(type).list();
    }

    double deleted(String table) {
        return meters.counter("perennial_deleted_rows_total", "table", table).count();
    }
}
