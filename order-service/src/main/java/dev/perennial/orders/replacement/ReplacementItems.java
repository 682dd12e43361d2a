package dev.perennial.orders.replacement;

import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.store.Orders;
import dev.perennial.rules.replacement.Candidate;
import dev.perennial.rules.replacement.ItemResult;
import dev.perennial.rules.replacement.ItemState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;

/** The rows of one replacement in the table {@code replacement_item}. */
final class ReplacementItems {
    private static final Logger LOG = Logger.getLogger(ReplacementItems.class);
    private static final int BATCH = 5_000;

    private final Handle tx;
    private final UUID replacement;

    ReplacementItems(Handle tx, UUID replacement) {
        this.tx = tx;
        this.replacement = replacement;
    }

    /** A waiting item: the X.509 certificate to be replaced, and the current facts about it. */
    record Waiting(int rank, String fingerprint, Candidate now) {}

    /** An item whose order is in progress. */
    record Released(int rank, OrderId order, ItemState state, Optional<Problem> problem) {}

    /** Excludes waiting items from the run. */
    void exclude(List<Integer> ranks, ItemState state) {
        for (int from = 0; from < ranks.size(); from += BATCH) {
            tx.createUpdate("""
                    UPDATE replacement_item SET state = :state
                    WHERE replacement_id = :replacement AND rank = ANY (:ranks)""")
                    .bind("state", state.name())
                    .bind("replacement", replacement)
                    .bindArray("ranks", Integer.class, ranks.subList(from, Math.min(from + BATCH, ranks.size())))
                    .execute();
        }
    }

    /** Excludes the waiting items of these issuers from the run. @return their number */
    int exclude(Set<String> issuers, ItemState state) {
        return tx.createUpdate("""
                UPDATE replacement_item i SET state = :state FROM certificate c
                WHERE i.replacement_id = :replacement AND i.state = 'WAITING' AND c.id = i.certificate_id
                    AND c.issuer = ANY (:issuers)""")
                .bind("state", state.name())
                .bind("replacement", replacement)
                .bindArray("issuers", String.class, List.copyOf(issuers))
                .execute();
    }

    /** The issuers of the certificates. */
    Set<String> issuers() {
        return tx.createQuery("""
                SELECT DISTINCT c.issuer FROM replacement_item i JOIN certificate c ON c.id = i.certificate_id
                WHERE i.replacement_id = :replacement""")
                .bind("replacement", replacement)
                .mapTo(String.class)
                .set();
    }

    /** The ranks of the items in one of these states, in their order. */
    int[] ranks(Set<ItemState> states) {
        return tx
                .createQuery("""
                SELECT rank FROM replacement_item WHERE replacement_id = :replacement AND state = ANY (:states)
                ORDER BY rank""")
                .bind("replacement", replacement)
                .bindArray(
                        "states",
                        String.class,
                        states.stream().map(ItemState::name).toList())
                .setFetchSize(BATCH)
                .mapTo(Integer.class)
                .stream()
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /** The current facts about the items from one rank to another one, both included, by rank. */
    Map<Integer, Candidate> candidates(int from, int to) {
        Map<Integer, Candidate> page = new HashMap<>();
        tx.createQuery("SELECT n.rank, s.* FROM replacement_item n JOIN (" + ReplacementSelection.CANDIDATE + """
                ) s ON s.id = n.certificate_id
                WHERE n.replacement_id = :replacement AND n.rank BETWEEN :from AND :to""")
                .bind("replacement", replacement)
                .bind("from", from)
                .bind("to", to)
                .map((row, context) -> Map.entry(row.getInt("rank"), ReplacementSelection.candidate(row)))
                .forEach(entry -> page.put(entry.getKey(), entry.getValue()));
        return page;
    }

    /** The items that may be released now, in order of rank; one that cannot be read is postponed. */
    List<Waiting> due(int limit, Instant now) {
        List<Integer> unreadable = new ArrayList<>();
        List<Waiting> due = tx
                .createQuery("""
                WITH next AS MATERIALIZED (
                    SELECT rank, certificate_id, fingerprint AS frozen FROM replacement_item
                    WHERE replacement_id = :replacement AND state = 'WAITING' AND due_at <= :now
                    ORDER BY rank LIMIT :limit)
                SELECT n.rank, n.frozen, s.* FROM next n JOIN (""" + ReplacementSelection.CANDIDATE + """
                ) s ON s.id = n.certificate_id ORDER BY n.rank""")
                .bind("replacement", replacement)
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .map((row, context) -> waiting(row, unreadable::add))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
        unreadable.forEach(rank -> postpone(rank, now.plus(Orders.UNREADABLE_POSTPONEMENT), now));
        return due;
    }

    private Optional<Waiting> waiting(ResultSet row, IntConsumer unreadable) throws SQLException {
        int rank = row.getInt("rank");
        try {
            return Optional.of(new Waiting(rank, row.getString("frozen"), ReplacementSelection.candidate(row)));
        } catch (RuntimeException e) {
            LOG.errorf(
                    e,
                    "ALARM: the certificate of item %d of replacement %s cannot be read; the item is postponed by %s;"
                            + " see docs/reference/errors.md#internal",
                    rank,
                    replacement,
                    Orders.UNREADABLE_POSTPONEMENT);
            unreadable.accept(rank);
            return Optional.empty();
        }
    }

    /** Follows a newer order of the certificate, which has replaced a failed one. */
    void followOrders() {
        tx.createUpdate("""
                UPDATE replacement_item i SET order_id = c.latest_order_id FROM certificate c
                WHERE i.replacement_id = :replacement AND i.state = 'RETRYING' AND c.id = i.certificate_id
                    AND c.latest_order_id <> i.order_id""").bind("replacement", replacement).execute();
    }

    /** Skips retried items whose certificates are retired. */
    void skipRetired(Problem why, Instant now) {
        tx.createUpdate("""
                UPDATE replacement_item i SET state = 'SKIPPED', settled_at = :now, problem = CAST(:why AS jsonb)
                FROM certificate c
                WHERE i.replacement_id = :replacement AND i.state = 'RETRYING'
                    AND c.id = i.certificate_id AND c.retired_at IS NOT NULL""")
                .bind("replacement", replacement)
                .bind("why", Json.write(why))
                .bind("now", Columns.at(now))
                .execute();
    }

    List<Released> released() {
        return tx.createQuery("""
                SELECT rank, order_id, state, problem FROM replacement_item
                WHERE replacement_id = :replacement AND state IN ('IN_PROGRESS', 'RETRYING') ORDER BY rank""")
                .bind("replacement", replacement)
                .map((row, context) -> new Released(
                        row.getInt("rank"),
                        OrderId.of(row.getString("order_id")),
                        ItemState.valueOf(row.getString("state")),
                        Columns.optionalText(row, "problem").map(Json::readProblem)))
                .list();
    }

    void release(int rank, OrderId order, Instant now) {
        tx.createUpdate("""
                UPDATE replacement_item SET state = 'IN_PROGRESS', order_id = :order, released_at = :now
                WHERE replacement_id = :replacement AND rank = :rank""")
                .bind("order", order.value())
                .bind("now", Columns.at(now))
                .bind("replacement", replacement)
                .bind("rank", rank)
                .execute();
    }

    void postpone(int rank, Instant until, Instant now) {
        tx.createUpdate("""
                UPDATE replacement_item SET due_at = :until, scheduled_at = :now
                WHERE replacement_id = :replacement AND rank = :rank""")
                .bind("now", Columns.at(now))
                .bind("until", Columns.at(until))
                .bind("replacement", replacement)
                .bind("rank", rank)
                .execute();
    }

    /** Stores the result of an item so far. */
    void settle(int rank, ItemResult result, Instant now) {
        tx.createUpdate("""
                UPDATE replacement_item SET state = :state, problem = CAST(:problem AS jsonb),
                    new_fingerprint = coalesce(:fingerprint, new_fingerprint),
                    settled_at = CASE WHEN :settled THEN CASE WHEN state = :state THEN settled_at ELSE :now END END
                WHERE replacement_id = :replacement AND rank = :rank""")
                .bind("state", result.state().name())
                .bind("problem", result.problem().map(Json::write).orElse(null))
                .bind("fingerprint", result.fingerprint().orElse(null))
                .bind("settled", result.state() != ItemState.IN_PROGRESS)
                .bind("now", Columns.at(now))
                .bind("replacement", replacement)
                .bind("rank", rank)
                .execute();
    }

    void skip(int rank, Problem why, Instant now) {
        settle(rank, new ItemResult(ItemState.SKIPPED, Optional.empty(), Optional.of(why)), now);
    }

    /** The latest results, the newest first. */
    List<ItemState> outcomes(Instant since, int limit) {
        return tx.createQuery("""
                SELECT state FROM replacement_item
                WHERE replacement_id = :replacement AND settled_at > :since AND state IN ('DONE', 'FAILED', 'RETRYING')
                ORDER BY settled_at DESC LIMIT :limit""")
                .bind("replacement", replacement)
                .bind("since", Columns.at(since))
                .bind("limit", limit)
                .mapTo(String.class)
                .map(ItemState::valueOf)
                .list();
    }

    /** The number of items in every state, zeros included. */
    Map<ItemState, Integer> count() {
        Map<ItemState, Integer> counts = new EnumMap<>(ItemState.class);
        for (ItemState state : ItemState.values()) {
            counts.put(state, 0);
        }
        tx.createQuery("""
                SELECT state, count(*) AS n FROM replacement_item WHERE replacement_id = :replacement GROUP BY state""")
                .bind("replacement", replacement)
                .map((row, context) -> Map.entry(ItemState.valueOf(row.getString("state")), row.getInt("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    /** The latest time at which a waiting item becomes due. */
    Optional<Instant> lastDue() {
        return tx.createQuery("""
                SELECT max(due_at) AS at FROM replacement_item
                WHERE replacement_id = :replacement AND state = 'WAITING'""")
                .bind("replacement", replacement)
                .map((row, context) -> Columns.optionalInstant(row, "at"))
                .one();
    }

    /** The durations from release to proof of the completed items. */
    List<Duration> taken() {
        return tx.createQuery("""
                SELECT released_at, settled_at FROM replacement_item
                WHERE replacement_id = :replacement AND state = 'DONE'""")
                .bind("replacement", replacement)
                .map((row, context) ->
                        Duration.between(Columns.instant(row, "released_at"), Columns.instant(row, "settled_at")))
                .list();
    }

    /** @param after the last rank of the previous page; -1 for the first page */
    List<ReportLine> report(int after, int limit) {
        return tx.createQuery("""
                SELECT i.*, c.name, c.owner, old.serial AS old_serial, fresh.serial AS new_serial
                FROM replacement_item i JOIN certificate c ON c.id = i.certificate_id
                LEFT JOIN issued_certificate old ON old.fingerprint = i.fingerprint
                LEFT JOIN issued_certificate fresh ON fresh.fingerprint = i.new_fingerprint
                WHERE i.replacement_id = :replacement AND i.rank > :after ORDER BY i.rank LIMIT :limit""")
                .bind("replacement", replacement)
                .bind("after", after)
                .bind("limit", limit)
                .map((row, context) -> ReportLine.of(row))
                .list();
    }
}
