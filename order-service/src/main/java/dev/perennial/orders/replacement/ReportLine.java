package dev.perennial.orders.replacement;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.rules.replacement.ItemState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The result for one certificate of a replacement.
 *
 * @param rank its position in the plan, from 0
 * @param fingerprint of the X.509 certificate that is replaced
 * @param newFingerprint of its replacement; in a drill, of the certificate that the rehearsal issuer issued
 * @param seconds from release to {@code settledAt}
 */
public record ReportLine(
        int rank,
        CertificateId certificateId,
        String name,
        String owner,
        ItemState state,
        String fingerprint,
        Optional<String> serial,
        Optional<String> newFingerprint,
        Optional<String> newSerial,
        Optional<OrderId> orderId,
        Optional<Instant> releasedAt,
        Optional<Instant> settledAt,
        Optional<Long> seconds,
        Optional<Problem> problem) {
    /** The header of {@link #csv()}. */
    public static final String CSV_HEADER =
            "rank,name,owner,state,serial,fingerprint,new serial,new fingerprint,order,released,settled,seconds,problem\r\n";

    static ReportLine of(ResultSet row) throws SQLException {
        Optional<Instant> released = Columns.optionalInstant(row, "released_at");
        Optional<Instant> settled = Columns.optionalInstant(row, "settled_at");
        return new ReportLine(
                row.getInt("rank"),
                CertificateId.of(row.getString("certificate_id")),
                row.getString("name"),
                row.getString("owner"),
                ItemState.valueOf(row.getString("state")),
                row.getString("fingerprint"),
                Columns.optionalText(row, "old_serial"),
                Columns.optionalText(row, "new_fingerprint"),
                Columns.optionalText(row, "new_serial"),
                Columns.optionalText(row, "order_id").map(OrderId::of),
                released,
                settled,
                released.flatMap(from ->
                        settled.map(to -> Math.round(Duration.between(from, to).toMillis() / 1_000.0))),
                Columns.optionalText(row, "problem").map(Json::readProblem));
    }

    /**
     * One line of CSV (RFC 4180). A text that a spreadsheet would evaluate as a formula is prefixed with an
     * apostrophe.
     */
    public String csv() {
        return Stream.of(
                                String.valueOf(rank + 1),
                                name,
                                owner,
                                state.name(),
                                serial.orElse(""),
                                fingerprint,
                                newSerial.orElse(""),
                                newFingerprint.orElse(""),
                                orderId.map(OrderId::toString).orElse(""),
                                releasedAt.map(Instant::toString).orElse(""),
                                settledAt.map(Instant::toString).orElse(""),
                                seconds.map(String::valueOf).orElse(""),
                                problem.map(it -> it.code().wireName() + ": " + it.detail())
                                        .orElse(""))
                        .map(ReportLine::quoted)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    private static String quoted(String text) {
        String safe = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return List.of(",", "\"", "\r", "\n").stream().anyMatch(safe::contains)
                ? '"' + safe.replace("\"", "\"\"") + '"'
                : safe;
    }
}
