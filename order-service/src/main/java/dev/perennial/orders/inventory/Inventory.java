package dev.perennial.orders.inventory;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.lifecycle.Purpose;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Questions over all certificates. */
public final class Inventory {
    /**
     * What to look for; every criterion that is present must hold.
     *
     * @param after the last certificate of the page before
     * @param limit rows at most
     */
    public record Question(
            Optional<String> name,
            Optional<String> owner,
            Optional<StateName> state,
            Optional<Instant> expiresBefore,
            Optional<CertificateId> after,
            int limit) {}

    /** A certificate, what its latest order is for, where that is, and why it may not be placed yet. */
    public record Listed(Certificate certificate, Purpose purpose, StateName state, Optional<Problem> waiting) {}

    private final Handle tx;

    public Inventory(Handle tx) {
        this.tx = tx;
    }

    /** In the order in which the certificates were first asked for. */
    public List<Listed> find(Question question) {
        StringBuilder sql = new StringBuilder(
                "SELECT c.*, o.purpose AS purpose, o.state AS state, o.waiting AS waiting FROM certificate c JOIN certificate_order o ON o.id = c.order_id WHERE true");
        question.name().ifPresent(value -> sql.append(" AND c.name = :name"));
        question.owner().ifPresent(value -> sql.append(" AND c.owner = :owner"));
        question.state().ifPresent(value -> sql.append(" AND o.state = :state"));
        question.expiresBefore().ifPresent(value -> sql.append(" AND c.not_after < :expiresBefore"));
        question.after().ifPresent(value -> sql.append(" AND c.id > :after"));
        Query query = tx.createQuery(sql.append(" ORDER BY c.id LIMIT :limit").toString());
        question.name().ifPresent(value -> query.bind("name", value));
        question.owner().ifPresent(value -> query.bind("owner", value));
        question.state().ifPresent(value -> query.bind("state", value.name()));
        question.expiresBefore().ifPresent(value -> query.bind("expiresBefore", Columns.at(value)));
        question.after().ifPresent(value -> query.bind("after", value.value()));
        return query.bind("limit", question.limit())
                .map((row, context) -> new Listed(
                        Certificate.of(row),
                        Purpose.valueOf(row.getString("purpose")),
                        StateName.valueOf(row.getString("state")),
                        Columns.optionalText(row, "waiting").map(json -> Json.read(json, Problem.class))))
                .list();
    }
}
