package dev.perennial.orders.store;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An {@link OrderState} in the columns of {@code certificate_order} and the rows of {@code deployment}, and the
 * reverse.
 *
 * @param acmeOrder empty leaves the column unchanged, so that the last ACME order stays visible
 * @param fingerprint of the issued certificate
 */
record StateColumns(
        StateName name,
        int attempt,
        Optional<Instant> dueAt,
        Optional<Instant> deadlineAt,
        Counters counters,
        Optional<AcmeOrder> acmeOrder,
        Optional<String> fingerprint,
        List<DeploymentRow> deployments,
        Optional<Problem> problem) {
    /** At most one of these is not 0. */
    record Counters(int postponements, int resumptions, int reminders) {
        static final Counters NONE = new Counters(0, 0, 0);
    }

    static StateColumns of(OrderState state) {
        StateName name = StateName.of(state);
        return switch (state) {
            case OrderState.Due it ->
                new StateColumns(
                        name,
                        it.attempt(),
                        Optional.of(it.dueAt()),
                        Optional.empty(),
                        new Counters(it.postponements(), 0, 0),
                        Optional.empty(),
                        Optional.empty(),
                        DeploymentRow.of(it.earlyReports()),
                        it.lastProblem());
            case OrderState.Placed it ->
                inFlight(name, it.attempt(), it.deadline(), it.resumptions(), it.acmeOrder(), it.earlyReports());
            case OrderState.Authorized it ->
                inFlight(name, it.attempt(), it.deadline(), it.resumptions(), it.acmeOrder(), it.earlyReports());
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
                        Optional.empty(),
                        Counters.NONE,
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Optional.of(it.problem()));
        };
    }

    private static StateColumns inFlight(
            StateName name,
            int attempt,
            Instant deadline,
            int resumptions,
            AcmeOrder acmeOrder,
            Map<String, HostReport> earlyReports) {
        return new StateColumns(
                name,
                attempt,
                Optional.empty(),
                Optional.of(deadline),
                new Counters(0, resumptions, 0),
                Optional.of(acmeOrder),
                Optional.empty(),
                DeploymentRow.of(earlyReports),
                Optional.empty());
    }

    private static StateColumns rollout(
            StateName name, int attempt, Rollout rollout, Optional<Watch> watch, Optional<Problem> problem) {
        return new StateColumns(
                name,
                attempt,
                Optional.empty(),
                watch.map(Watch::next),
                new Counters(0, 0, watch.map(Watch::reminders).orElse(0)),
                Optional.empty(),
                Optional.of(rollout.fingerprint()),
                DeploymentRow.of(rollout),
                problem);
    }

    /** @param row of a query that includes {@link DeploymentRow#OF_ORDER} */
    static StateColumns of(ResultSet row) throws SQLException {
        return new StateColumns(
                StateName.valueOf(row.getString("state")),
                row.getInt("attempt"),
                Columns.optionalInstant(row, "due_at"),
                Columns.optionalInstant(row, "deadline_at"),
                new Counters(row.getInt("postponements"), row.getInt("resumptions"), row.getInt("reminders")),
                acmeOrder(row),
                Columns.optionalText(row, "issued_fingerprint"),
                DeploymentRow.read(row),
                Columns.optionalText(row, "problem").map(Json::readProblem));
    }

    /** Empty if it cannot be read, which only matters while the order is in progress at the CA. */
    static Optional<AcmeOrder> acmeOrder(ResultSet row) throws SQLException {
        return Columns.optionalText(row, "acme_order")
                .flatMap(json ->
                        Json.readOr(() -> Optional.ofNullable(Json.read(json, AcmeOrder.class)), Optional.empty()));
    }

    OrderState state() {
        return switch (name) {
            case DUE ->
                new OrderState.Due(attempt, dueAt.orElseThrow(), counters.postponements(), problem, earlyReports());
            case PLACED ->
                new OrderState.Placed(
                        attempt,
                        acmeOrder.orElseThrow(),
                        counters.resumptions(),
                        deadlineAt.orElseThrow(),
                        earlyReports());
            case AUTHORIZED ->
                new OrderState.Authorized(
                        attempt,
                        acmeOrder.orElseThrow(),
                        counters.resumptions(),
                        deadlineAt.orElseThrow(),
                        earlyReports());
            case ISSUED -> new OrderState.Issued(attempt, rollout(), watch());
            case DEPLOYED -> new OrderState.Deployed(attempt, rollout());
            case UNDEPLOYED -> new OrderState.Undeployed(attempt, rollout(), watch());
            case REHEARSED -> new OrderState.Rehearsed(attempt, rollout());
            case FAILED -> new OrderState.Failed(attempt, problem.orElseThrow());
        };
    }

    private Map<String, HostReport> earlyReports() {
        return DeploymentRow.earlyReports(deployments);
    }

    private Optional<Watch> watch() {
        return deadlineAt.map(next -> new Watch(counters.reminders(), next));
    }

    private Rollout rollout() {
        return DeploymentRow.rollout(fingerprint.orElseThrow(), deployments);
    }
}
