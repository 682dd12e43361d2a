package dev.perennial.orders.store;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.perennial.events.AcmeOrder;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import dev.perennial.rules.lifecycle.OrderState.Watch;
import dev.perennial.rules.lifecycle.Rollout;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * An {@link OrderState} in columns, there and back.
 *
 * @param acmeOrder empty leaves the column as it is: the last ACME order stays visible
 */
record StateColumns(
        StateName name,
        int attempt,
        Optional<Instant> dueAt,
        int repeats,
        Optional<AcmeOrder> acmeOrder,
        Optional<String> hosts,
        Optional<Problem> problem) {
    private static final TypeReference<Map<String, HostReport>> EARLY = new TypeReference<>() {};

    static StateColumns of(OrderState state) {
        StateName name = StateName.of(state);
        return switch (state) {
            case OrderState.Due it ->
                new StateColumns(
                        name,
                        it.attempt(),
                        Optional.of(it.dueAt()),
                        it.postponements(),
                        Optional.empty(),
                        Optional.empty(),
                        it.lastProblem());
            case OrderState.Placed it ->
                inFlight(name, it.attempt(), it.deadline(), it.resumptions(), it.acmeOrder(), it.early());
            case OrderState.Authorized it ->
                inFlight(name, it.attempt(), it.deadline(), it.resumptions(), it.acmeOrder(), it.early());
            case OrderState.Issued it -> rollout(name, it.attempt(), it.rollout(), it.watch(), Optional.empty());
            case OrderState.Deployed it ->
                rollout(name, it.attempt(), it.rollout(), Optional.empty(), Optional.empty());
            case OrderState.Undeployed it ->
                rollout(name, it.attempt(), it.rollout(), it.watch(), Optional.of(it.problem()));
            case OrderState.Rehearsed it ->
                rollout(name, it.attempt(), it.rollout(), Optional.empty(), Optional.empty());
            case OrderState.Failed it ->
                new StateColumns(
                        name,
                        it.attempt(),
                        Optional.empty(),
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(it.problem()));
        };
    }

    private static StateColumns inFlight(
            StateName name,
            int attempt,
            Instant deadline,
            int resumptions,
            AcmeOrder acmeOrder,
            Map<String, HostReport> early) {
        return new StateColumns(
                name,
                attempt,
                Optional.of(deadline),
                resumptions,
                Optional.of(acmeOrder),
                early.isEmpty() ? Optional.empty() : Optional.of(Json.write(early)),
                Optional.empty());
    }

    private static StateColumns rollout(
            StateName name, int attempt, Rollout rollout, Optional<Watch> watch, Optional<Problem> problem) {
        return new StateColumns(
                name,
                attempt,
                watch.map(Watch::next),
                watch.map(Watch::reminders).orElse(0),
                Optional.empty(),
                Optional.of(Json.write(rollout)),
                problem);
    }

    static StateColumns of(ResultSet row) throws SQLException {
        return new StateColumns(
                StateName.valueOf(row.getString("state")),
                row.getInt("attempt"),
                Columns.optionalInstant(row, "due_at"),
                row.getInt("repeats"),
                Columns.optionalText(row, "acme_order").map(json -> Json.read(json, AcmeOrder.class)),
                Columns.optionalText(row, "hosts"),
                Columns.optionalText(row, "problem").map(json -> Json.read(json, Problem.class)));
    }

    OrderState state() {
        return switch (name) {
            case DUE -> new OrderState.Due(attempt, dueAt.orElseThrow(), repeats, problem);
            case PLACED ->
                new OrderState.Placed(attempt, acmeOrder.orElseThrow(), repeats, dueAt.orElseThrow(), early());
            case AUTHORIZED ->
                new OrderState.Authorized(attempt, acmeOrder.orElseThrow(), repeats, dueAt.orElseThrow(), early());
            case ISSUED -> new OrderState.Issued(attempt, rollout(), watch());
            case DEPLOYED -> new OrderState.Deployed(attempt, rollout());
            case UNDEPLOYED -> new OrderState.Undeployed(attempt, rollout(), watch());
            case REHEARSED -> new OrderState.Rehearsed(attempt, rollout());
            case FAILED -> new OrderState.Failed(attempt, problem.orElseThrow());
        };
    }

    private Map<String, HostReport> early() {
        return hosts.map(json -> Json.read(json, EARLY)).orElse(Map.of());
    }

    private Optional<Watch> watch() {
        return dueAt.map(next -> new Watch(repeats, next));
    }

    private Rollout rollout() {
        return Json.read(hosts.orElseThrow(), Rollout.class);
    }
}
