package dev.perennial.orders.inventory;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table {@code certificate_order}. */
public final class Orders {
    private final Handle tx;

    public Orders(Handle tx) {
        this.tx = tx;
    }

    public OrderId create(
            Certificate certificate,
            CertificateSpec spec,
            OrderState state,
            Optional<String> traceparent,
            Instant now) {
        OrderId id = OrderId.next();
        SpecColumns.bind(bind(tx.createUpdate("""
                        INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, key_type,
                            targets, state, attempt, due_at, repeats, acme_order, hosts, problem, traceparent,
                            created_at, updated_at)
                        VALUES (:id, :certificate, :name, :owner, :identifiers, :issuer, :keyType,
                            :targets, :state, :attempt, :dueAt, :repeats, CAST(:acmeOrder AS jsonb),
                            CAST(:hosts AS jsonb), CAST(:problem AS jsonb), :traceparent, :now, :now)"""), state), spec)
                .bind("id", id.value())
                .bind("certificate", certificate.id().value())
                .bind("name", certificate.name())
                .bind("owner", certificate.owner())
                .bind("traceparent", traceparent.orElse(null))
                .bind("now", Columns.at(now))
                .execute();
        return id;
    }

    /** Locks the order until the transaction ends. */
    public Optional<StoredOrder> lock(OrderId id) {
        return tx.createQuery("SELECT * FROM certificate_order WHERE id = :id FOR UPDATE")
                .bind("id", id.value())
                .map((row, context) -> StoredOrder.of(row))
                .findOne();
    }

    public Optional<StoredOrder> find(OrderId id) {
        return tx.createQuery("SELECT * FROM certificate_order WHERE id = :id")
                .bind("id", id.value())
                .map((row, context) -> StoredOrder.of(row))
                .findOne();
    }

    public void move(OrderId id, OrderState next, Instant now) {
        bind(tx.createUpdate("""
                        UPDATE certificate_order SET state = :state, attempt = :attempt, due_at = :dueAt,
                            repeats = :repeats, acme_order = COALESCE(CAST(:acmeOrder AS jsonb), acme_order),
                            hosts = CAST(:hosts AS jsonb), problem = CAST(:problem AS jsonb), updated_at = :now
                        WHERE id = :id"""), next)
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /**
     * Takes orders that are due, the longest waiting first: nobody else gets them until {@code lease} has passed.
     * Replicas do not wait for each other.
     */
    public List<StoredOrder> lease(int limit, Duration lease, Instant now) {
        return tx.createQuery("""
                WITH due AS (SELECT id FROM certificate_order WHERE state = 'DUE' AND due_at <= :now
                             ORDER BY due_at LIMIT :limit FOR UPDATE SKIP LOCKED)
                UPDATE certificate_order o SET due_at = :until FROM due WHERE o.id = due.id RETURNING o.*""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .bind("until", Columns.at(now.plus(lease)))
                .map((row, context) -> StoredOrder.of(row))
                .list();
    }

    /** Orders on which somebody should have reported by now. */
    public List<OrderId> overdue(int limit, Instant now) {
        return tx.createQuery("""
                SELECT id FROM certificate_order WHERE state IN ('PLACED', 'AUTHORIZED') AND due_at <= :now
                ORDER BY due_at LIMIT :limit""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .mapTo(UUID.class)
                .map(OrderId::new)
                .list();
    }

    public List<StoredOrder> of(CertificateId certificate) {
        return tx.createQuery("SELECT * FROM certificate_order WHERE certificate_id = :id ORDER BY id DESC LIMIT 100")
                .bind("id", certificate.value())
                .map((row, context) -> StoredOrder.of(row))
                .list();
    }

    /** Every state, also those with no order. */
    public Map<StateName, Long> count() {
        Map<StateName, Long> counts = new EnumMap<>(StateName.class);
        for (StateName name : StateName.values()) {
            counts.put(name, 0L);
        }
        tx.createQuery("SELECT state, count(*) AS n FROM certificate_order GROUP BY state")
                .map((row, context) -> Map.entry(StateName.valueOf(row.getString("state")), row.getLong("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static <S extends SqlStatement<S>> S bind(S statement, OrderState state) {
        StateColumns columns = StateColumns.of(state);
        return statement
                .bind("state", columns.name().name())
                .bind("attempt", columns.attempt())
                .bind("dueAt", columns.dueAt().map(Columns::at).orElse(null))
                .bind("repeats", columns.repeats())
                .bind("acmeOrder", columns.acmeOrder().map(Json::write).orElse(null))
                .bind("hosts", columns.hosts().orElse(null))
                .bind("problem", columns.problem().map(Json::write).orElse(null));
    }
}
