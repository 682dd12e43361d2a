package dev.perennial.orders.inventory;

import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.orders.access.GrantCondition;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderPurpose;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Queries over all certificates. Each criterion and each sort order has an index. */
public final class Inventory {
    /** A certificate with the purpose, the state and the wait of its latest order. */
    public record Listed(
            Certificate certificate, OrderPurpose purpose, StateName state, Optional<Problem> waitProblem) {}

    private static final String LATEST = " certificate_order o ON o.certificate_id = c.id AND o.latest";

    private final Handle tx;

    public Inventory(Handle tx) {
        this.tx = tx;
    }

    public List<Listed> find(InventoryQuery query) {
        // The best index depends on the values. A generic plan could read a million rows for one.
        tx.execute("SET LOCAL plan_cache_mode = force_custom_plan");
        Conditions conditions = conditions(query);
        String order = query.byExpiry() ? " ORDER BY c.not_after, c.id" : " ORDER BY c.id";
        // The page is selected first, so that orders are joined to its rows only.
        return tx.createQuery(
                        "SELECT c.*, o.purpose, o.state, o.wait_problem, o.due_at FROM (SELECT c.* FROM certificate c"
                                + (query.state().isPresent() ? " JOIN" + LATEST + " AND o.state = :state" : "")
                                + " WHERE true" + conditions.sql + order + " LIMIT :limit) c JOIN" + LATEST + order)
                .bindMap(conditions.values)
                .bind("limit", query.limit())
                .map((row, context) -> new Listed(
                        Certificate.of(row),
                        OrderPurpose.valueOf(row.getString("purpose")),
                        StateName.valueOf(row.getString("state")),
                        StoredOrder.waitProblem(row)))
                .list();
    }

    private static Conditions conditions(InventoryQuery query) {
        Conditions all = new Conditions();
        query.name().ifPresent(it -> all.and("c.name = :name").with("name", it));
        query.nameContains()
                .ifPresent(it -> all.and("c.name ILIKE :part").with("part", '%' + GrantCondition.literally(it) + '%'));
        query.owner().ifPresent(it -> all.and("c.owner = :owner").with("owner", it));
        query.state().ifPresent(it -> all.with("state", it.name()));
        // Few certificates cover a name. The planner has no statistics for that and might scan all certificates in
        // sort order.
        query.covers().ifPresent(it -> all.and(
                        "c.id = ANY (ARRAY(SELECT id FROM certificate WHERE identifiers && CAST(ARRAY[:itself, :wildcard] AS text[])))")
                .with("itself", it.value())
                .with("wildcard", wildcard(it)));
        query.expiresBefore()
                .ifPresent(it -> all.and("c.not_after < :expiresBefore").with("expiresBefore", Columns.at(it)));
        query.after().ifPresent(it -> {
            it.notAfter()
                    .ifPresentOrElse(
                            expiry -> all.and("(c.not_after, c.id) > (:afterExpiry, :after)")
                                    .with("afterExpiry", Columns.at(expiry)),
                            () -> all.and("c.id > :after"));
            all.with("after", it.id().value());
        });
        GrantCondition readable = GrantCondition.of(query.readable(), "c");
        all.and(readable.sql());
        readable.values().forEach(all::with);
        return all;
    }

    /** The wildcard that would cover the name; for an address or a wildcard, the value itself. */
    private static String wildcard(Identifier identifier) {
        String name = identifier.value();
        return identifier.ofType(Identifier.DNS) && !name.startsWith("*.") && name.contains(".")
                ? "*" + name.substring(name.indexOf('.'))
                : name;
    }

    private static final class Conditions {
        private final StringBuilder sql = new StringBuilder();
        private final Map<String, Object> values = new HashMap<>();

        Conditions and(String condition) {
            sql.append(" AND ").append(condition);
            return this;
        }

        Conditions with(String name, Object value) {
            values.put(name, value);
            return this;
        }
    }
}
