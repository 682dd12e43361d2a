package dev.perennial.orders.store;

import dev.perennial.events.AcmeOrder;
import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Initiator;
import dev.perennial.events.Order;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.database.UnreadableRowException;
import dev.perennial.orders.messaging.Outbox;
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
 * @param spec the requested spec when the order was created
 * @param replaces the certificate that it replaces
 * @param placedIssuer the issuer at which it is placed, was placed last, or is being placed
 * @param dueAt {@code DUE}: when a worker may take it
 * @param deadlineAt {@code PLACED} to {@code UNDEPLOYED}: when the supervisor acts
 * @param acmeOrder the latest ACME order
 * @param unresolvedIssuer an issuer that may have issued a certificate for an earlier attempt, which was left (ADR 10)
 * @param unusable how many certificates of this order could not be used
 * @param lastProblem the latest problem
 * @param waitProblem why it may not be placed yet although it is due
 * @param budgetedAttempt the attempt for which the tokens of the certificate were taken; 0 if none were
 * @param limitsExempt whether the CA that issued the replaced certificate exempts the order from its rate limits
 * @param initiator the principal on whose behalf it was created, or this service
 * @param traceparent of the request, to whose trace all work on the order belongs
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
        Optional<String> unresolvedIssuer,
        int unusable,
        Optional<Problem> lastProblem,
        Optional<Problem> waitProblem,
        int budgetedAttempt,
        boolean limitsExempt,
        Initiator initiator,
        Optional<String> traceparent,
        Instant createdAt,
        Instant updatedAt) {

    /** The problem of an order whose row cannot be read. */
    static final Problem UNREADABLE = Problem.of(
            ErrorCode.INTERNAL,
            "the stored row of this order cannot be read, so the order cannot continue; it is tried again every hour."
                    + " Restore its row in the table certificate_order");

    /**
     * The certificate that an order replaces (RFC 9773 section 5).
     *
     * @param renewalId section 4.1
     * @param issuer that issued it; the renewal id is not valid at another CA
     */
    public record Replaced(String renewalId, String issuer) {}

    /** @throws UnreadableRowException if a value that is required to process the order cannot be read */
    static StoredOrder of(ResultSet row) throws SQLException {
        try {
            return of(row, StateColumns.of(row).state());
        } catch (RuntimeException e) {
            throw new UnreadableRowException("certificate_order", row.getString("id"), e);
        }
    }

    /** For display: an order whose state cannot be read is shown as failed, with {@link #UNREADABLE} as its problem. */
    static StoredOrder shown(ResultSet row) throws SQLException {
        try {
            return of(row);
        } catch (UnreadableRowException e) {
            return of(row, new OrderState.Failed(row.getInt("attempt"), UNREADABLE));
        }
    }

    private static StoredOrder of(ResultSet row, OrderState state) throws SQLException {
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
                state,
                Columns.optionalInstant(row, "due_at"),
                Columns.optionalInstant(row, "deadline_at"),
                StateColumns.acmeOrder(row),
                Columns.optionalText(row, "unresolved_issuer"),
                row.getInt("unusable"),
                state instanceof OrderState.Failed failed
                        ? Optional.of(failed.problem())
                        : Columns.optionalText(row, "problem").map(Json::readProblem),
                waitProblem(row),
                row.getInt("budgeted_attempt"),
                row.getBoolean("limits_exempt"),
                Initiator.of(row.getString("initiator")).orElse(Outbox.SYSTEM),
                Columns.optionalText(row, "traceparent"),
                Columns.instant(row, "created_at"),
                Columns.instant(row, "updated_at"));
    }

    /** Why the order waits. If the stored problem has no time of the next attempt, {@code due_at} is that time. */
    public static Optional<Problem> waitProblem(ResultSet row) throws SQLException {
        Optional<Instant> due = Columns.optionalInstant(row, "due_at");
        return Columns.optionalText(row, "wait_problem")
                .map(Json::readProblem)
                .flatMap(problem ->
                        problem.nextAttemptAt().isPresent() ? Optional.of(problem) : due.map(problem::nextAttempt));
    }

    private static Optional<Replaced> replaced(ResultSet row) throws SQLException {
        Optional<String> issuer = Columns.optionalText(row, "replaces_issuer");
        return Columns.optionalText(row, "replaces_renewal_id").flatMap(id -> issuer.map(its -> new Replaced(id, its)));
    }

    /** The renewal id of the replaced certificate, if the current issuer has issued it. */
    public Optional<String> replacesHere() {
        return replaces.filter(it -> it.issuer().equals(issuer())).map(Replaced::renewalId);
    }

    /** Whether the current issuer exempts it from its rate limits. */
    public boolean isExemptHere() {
        return limitsExempt && replacesHere().isPresent();
    }

    /** The current issuer: where it is placed, otherwise the requested one. */
    public String issuer() {
        return placedIssuer.orElse(spec.issuer());
    }

    /**
     * From 0 to below 1, evenly distributed over all orders and constant for one: the random bits of its id (RFC 9562
     * section 5.7).
     */
    public double jitter() {
        return (id.value().getLeastSignificantBits() & ((1L << 52) - 1)) / (double) (1L << 52);
    }

    public boolean isInFlight() {
        return state.isInFlight(purpose);
    }

    /** The time of the next action of a worker or the supervisor, if any. */
    public Optional<Instant> nextActionAt() {
        return dueAt.or(() -> deadlineAt);
    }

    /** Whether its certificate is never served: a rehearsal, or a drill. */
    public boolean isRehearsal() {
        return purpose != OrderPurpose.LIVE;
    }

    /** The facts about it that determine what its certificate needs next. */
    public OrderSnapshot snapshot() {
        return new OrderSnapshot(state, isRehearsal(), updatedAt);
    }

    public OwnerAtIssuer ownerAtIssuer() {
        return new OwnerAtIssuer(owner, issuer());
    }

    /** A copy for another issuer. */
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
                unresolvedIssuer,
                unusable,
                lastProblem,
                waitProblem,
                budgetedAttempt,
                limitsExempt,
                initiator,
                traceparent,
                createdAt,
                updatedAt);
    }

    /** The order in events to the other services. */
    public Order toEvent(int attempt, AcmeOrder at) {
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
                spec.keyReuse() && !isRehearsal(),
                unresolvedIssuer.filter(left -> !left.equals(issuer())).isPresent(),
                Optional.empty());
    }

    /** The trace id in hex, from the {@code traceparent}. */
    public Optional<String> traceId() {
        return traceparent.filter(value -> value.length() == 55).map(value -> value.substring(3, 35));
    }
}
