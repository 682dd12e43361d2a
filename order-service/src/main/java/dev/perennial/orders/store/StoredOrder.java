package dev.perennial.orders.store;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderSnapshot;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.requests.CertificateSpec;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * A row of {@code certificate_order}.
 *
 * @param spec as it was asked for when the order was made
 * @param purpose what it is for
 * @param cause why it was made
 * @param replaces the certificate that it replaces
 * @param placedIssuer the issuer at which it is placed, was placed last, or is just being placed
 * @param dueAt {@code DUE}: when a worker may take it
 * @param deadlineAt {@code PLACED} to {@code UNDEPLOYED}: when the supervisor acts
 * @param acmeOrder the last one placed
 * @param lastProblem why it is where it is
 * @param waitProblem why it may not be placed yet although it is its turn
 * @param budgetedAttempt the attempt whose share of a certificate was taken from the CA's limits; 0 for none
 * @param limitsExempt the CA that issued the certificate that it replaces exempts it from its rate limits
 * @param traceparent of the request: every piece of work on the order belongs to that trace
 */
public record StoredOrder(
        OrderId id,
        CertificateId certificateId,
        String name,
        String owner,
        CertificateSpec spec,
        OrderPurpose purpose,
        OrderCause cause,
        Optional<Replaced> replaces,
        Optional<String> placedIssuer,
        OrderState state,
        Optional<Instant> dueAt,
        Optional<Instant> deadlineAt,
        Optional<AcmeOrder> acmeOrder,
        Optional<Problem> lastProblem,
        Optional<Problem> waitProblem,
        int budgetedAttempt,
        boolean limitsExempt,
        Optional<String> traceparent,
        Instant createdAt,
        Instant updatedAt) {

    /**
     * What an order replaces (RFC 9773 section 5).
     *
     * @param renewalId section 4.1
     * @param issuer that issued it; to another CA it says nothing
     */
    public record Replaced(String renewalId, String issuer) {}

    static StoredOrder of(ResultSet row) throws SQLException {
        return new StoredOrder(
                OrderId.of(row.getString("id")),
                CertificateId.of(row.getString("certificate_id")),
                row.getString("name"),
                row.getString("owner"),
                SpecColumns.read(row),
                OrderPurpose.valueOf(row.getString("purpose")),
                OrderCause.valueOf(row.getString("cause")),
                replaced(row),
                Columns.optionalText(row, "placed_issuer"),
                StateColumns.of(row).state(),
                Columns.optionalInstant(row, "due_at"),
                Columns.optionalInstant(row, "deadline_at"),
                Columns.optionalText(row, "acme_order").map(json -> Json.read(json, AcmeOrder.class)),
                Columns.optionalText(row, "problem").map(json -> Json.read(json, Problem.class)),
                Columns.optionalText(row, "wait_problem").map(json -> Json.read(json, Problem.class)),
                row.getInt("budgeted_attempt"),
                row.getBoolean("limits_exempt"),
                Columns.optionalText(row, "traceparent"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"));
    }

    private static Optional<Replaced> replaced(ResultSet row) throws SQLException {
        Optional<String> issuer = Columns.optionalText(row, "replaces_issuer");
        return Columns.optionalText(row, "replaces_renewal_id").flatMap(id -> issuer.map(its -> new Replaced(id, its)));
    }

    /** The renewal id of what it replaces, where the issuer at which it is placed has issued that. */
    public Optional<String> replacesHere() {
        return replaces.filter(it -> it.issuer().equals(issuer())).map(Replaced::renewalId);
    }

    /** Whether the issuer at which it is placed limits it in nothing. */
    public boolean isExemptHere() {
        return limitsExempt && replacesHere().isPresent();
    }

    /** The issuer it has to do with: where it is placed, else the one that it asks for. */
    public String issuer() {
        return placedIssuer.orElse(spec.issuer());
    }

    /** From 0 to below 1, evenly distributed over all orders and constant for one: the random bits of its id (RFC 9562 section 5.7). */
    public double jitter() {
        return (id.value().getLeastSignificantBits() & ((1L << 52) - 1)) / (double) (1L << 52);
    }

    public boolean isInFlight() {
        return state.isInFlight(purpose);
    }

    /** When a worker or the supervisor acts on it next, if ever. */
    public Optional<Instant> nextActionAt() {
        return dueAt.or(() -> deadlineAt);
    }

    /** Whether nothing of it is ever served: a rehearsal, or a drill. */
    public boolean isRehearsal() {
        return purpose != OrderPurpose.LIVE;
    }

    /** The facts about it that decide what its certificate needs next. */
    public OrderSnapshot snapshot() {
        return new OrderSnapshot(state, isRehearsal(), updatedAt);
    }

    /** The same, to be placed there. */
    public StoredOrder at(String issuer) {
        return new StoredOrder(
                id,
                certificateId,
                name,
                owner,
                spec,
                purpose,
                cause,
                replaces,
                Optional.of(issuer),
                state,
                dueAt,
                deadlineAt,
                acmeOrder,
                lastProblem,
                waitProblem,
                budgetedAttempt,
                limitsExempt,
                traceparent,
                createdAt,
                updatedAt);
    }

    /** The order as it travels through the fleet. */
    public Order travelling(int attempt, AcmeOrder at) {
        return new Order(
                certificateId,
                id,
                attempt,
                name,
                owner,
                issuer(),
                spec.identifiers(),
                spec.keyType(),
                spec.targets(),
                at,
                isRehearsal(),
                spec.keyReuse() && !isRehearsal());
    }

    /** The trace id in hex, from the {@code traceparent}. */
    public Optional<String> traceId() {
        return traceparent.filter(value -> value.length() == 55).map(value -> value.substring(3, 35));
    }
}
