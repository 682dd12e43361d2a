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
 * What became of one certificate of a replacement.
 *
 * @param rank its place in the plan, from 0
 * @param fingerprint of what was to be replaced
 * @param newFingerprint of what replaces it; in a drill, of what was issued for nothing
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
                Columns.optionalText(row, "problem").map(json -> Json.read(json, Problem.class)));
    }

    /** RFC 4180; a text that a spreadsheet would take for a formula gets an apostrophe in front. */
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
        String harmless = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return List.of(",", "\"", "\r", "\n").stream().anyMatch(harmless::contains)
                ? '"' + harmless.replace("\"", "\"\"") + '"'
                : harmless;
    }
}
