package dev.perennial.orders.store;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.lifecycle.OrderState.HostReport;
import dev.perennial.rules.lifecycle.Rollout;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A row of {@code deployment} without its order.
 *
 * @param fingerprint of the certificate that the host's last report is about; absent before the first one
 * @param problem present in {@link State#FAILED} only
 */
record DeploymentRow(String host, State state, Optional<String> fingerprint, Optional<Problem> problem) {
    enum State {
        OUTSTANDING,
        PROVEN,
        FAILED
    }

    /** The rows of an order {@code o} as a JSON array, in the statement that reads the order itself. */
    static final String OF_ORDER = """
            (SELECT jsonb_agg(jsonb_build_object('host', d.host, 'state', d.state, 'fingerprint', d.fingerprint,
                'problem', d.problem)) FROM deployment d WHERE d.order_id = o.id) AS deployments""";

    private static final TypeReference<List<Selected>> ROWS = new TypeReference<>() {};

    /** A selected row, with the problem as it is stored. */
    private record Selected(String host, State state, Optional<String> fingerprint, JsonNode problem) {
        DeploymentRow row() {
            return new DeploymentRow(
                    host,
                    state,
                    fingerprint,
                    Optional.ofNullable(problem)
                            .filter(any -> state == State.FAILED)
                            .map(any -> Json.readProblem(any.toString())));
        }
    }

    static List<DeploymentRow> read(ResultSet row) throws SQLException {
        return Columns.optionalText(row, "deployments")
                .map(json -> Json.read(json, ROWS).stream().map(Selected::row).toList())
                .orElse(List.of());
    }

    static List<DeploymentRow> of(Map<String, HostReport> earlyReports) {
        return earlyReports.entrySet().stream()
                .map(entry -> reported(
                        entry.getKey(),
                        entry.getValue().fingerprint(),
                        entry.getValue().problem()))
                .toList();
    }

    static List<DeploymentRow> of(Rollout rollout) {
        List<DeploymentRow> rows = new ArrayList<>();
        rollout.outstanding()
                .forEach(host ->
                        rows.add(new DeploymentRow(host, State.OUTSTANDING, Optional.empty(), Optional.empty())));
        rollout.proven().forEach(host -> rows.add(reported(host, rollout.fingerprint(), Optional.empty())));
        rollout.failed()
                .forEach((host, problem) -> rows.add(reported(host, rollout.fingerprint(), Optional.of(problem))));
        return rows;
    }

    private static DeploymentRow reported(String host, String fingerprint, Optional<Problem> problem) {
        return new DeploymentRow(
                host, problem.isPresent() ? State.FAILED : State.PROVEN, Optional.of(fingerprint), problem);
    }

    static Map<String, HostReport> earlyReports(List<DeploymentRow> rows) {
        Map<String, HostReport> earlyReports = new TreeMap<>();
        rows.forEach(row -> earlyReports.put(row.host, new HostReport(row.fingerprint.orElseThrow(), row.problem)));
        return earlyReports;
    }

    static Rollout rollout(String fingerprint, List<DeploymentRow> rows) {
        var outstanding = new TreeSet<String>();
        var proven = new TreeSet<String>();
        var failed = new TreeMap<String, Problem>();
        for (DeploymentRow row : rows) {
            switch (row.state) {
                case OUTSTANDING -> outstanding.add(row.host);
                case PROVEN -> proven.add(row.host);
                case FAILED -> failed.put(row.host, row.problem.orElseThrow());
            }
        }
        return new Rollout(fingerprint, outstanding, proven, failed);
    }
}
