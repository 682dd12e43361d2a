package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.database.UnreadableRowException;
import dev.perennial.orders.store.StoredOrder.Replaced;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.requests.CertificateSpec;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table {@code certificate_order}. */
public final class Orders {
    /** The number of selected orders exceeds the limit, because other replicas may have locked some of them. */
    private static final int OVERSELECT_FACTOR = 2;

    private static final int OVERSELECT_EXTRA = 64;

    private static final String SELECT = "SELECT o.*, " + DeploymentRow.OF_ORDER + " FROM certificate_order o ";

    /** Until the next attempt to read an order that could not be read. */
    public static final Duration UNREADABLE_POSTPONEMENT = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(Orders.class);

    private final Handle tx;

    public Orders(Handle tx) {
        this.tx = tx;
    }

    /**
     * The origin of an order.
     *
     * @param replaces the certificate that it replaces
     * @param limitsExempt whether the CA that issued that certificate exempts the order from its rate limits
     * @param traceparent of the request or task that created it
     */
    public record Origin(
            OrderCause cause, Optional<Replaced> replaces, boolean limitsExempt, Optional<String> traceparent) {
        /** The origin of a requested order. */
        public static Origin request(Optional<String> traceparent) {
            return new Origin(OrderCause.REQUESTED, Optional.empty(), false, traceparent);
        }
    }

    /** Creates a live order. */
    public OrderId create(Certificate certificate, CertificateSpec spec, Origin origin, OrderState state, Instant now) {
        return insert(Intent.of(certificate, spec, OrderPurpose.LIVE, Optional.empty(), origin), state, now);
    }

    /**
     * Creates a rehearsal.
     *
     * @param issuer at which the order is rehearsed
     */
    public OrderId rehearse(
            Certificate certificate,
            CertificateSpec spec,
            String issuer,
            Origin origin,
            OrderState state,
            Instant now) {
        return insert(Intent.of(certificate, spec, OrderPurpose.REHEARSAL, Optional.of(issuer), origin), state, now);
    }

    /**
     * Creates a drill of the certificate with its current spec. A drill is never the latest order.
     *
     * @param issuer at which the order is placed
     */
    public OrderId drill(Certificate certificate, String issuer, Origin origin, OrderState state, Instant now) {
        return insert(
                Intent.of(certificate, certificate.spec(), OrderPurpose.DRILL, Optional.of(issuer), origin),
                state,
                now);
    }

    /** Creates the live order of a rehearsal. */
    public OrderId create(StoredOrder rehearsal, OrderState state, Instant now) {
        return insert(
                new Intent(
                        rehearsal.certificateId(),
                        rehearsal.name(),
                        rehearsal.owner(),
                        rehearsal.spec(),
                        OrderPurpose.LIVE,
                        Optional.empty(),
                        new Origin(
                                rehearsal.cause(),
                                rehearsal.replaces(),
                                rehearsal.limitsExempt(),
                                rehearsal.traceparent())),
                state,
                now);
    }

    /** The constant part of an order. */
    private record Intent(
            CertificateId certificate,
            String name,
            String owner,
            CertificateSpec spec,
            OrderPurpose purpose,
            Optional<String> rehearsalAt,
            Origin origin) {
        static Intent of(
                Certificate certificate,
                CertificateSpec spec,
                OrderPurpose purpose,
                Optional<String> rehearsalAt,
                Origin origin) {
            return new Intent(
                    certificate.id(), certificate.name(), certificate.owner(), spec, purpose, rehearsalAt, origin);
        }
    }

    private OrderId insert(Intent intent, OrderState state, Instant now) {
        boolean latest = intent.purpose() != OrderPurpose.DRILL;
        if (latest) {
            tx.createUpdate(
                            "UPDATE certificate_order SET latest = false WHERE certificate_id = :certificate AND latest")
                    .bind("certificate", intent.certificate().value())
                    .execute();
        }
        OrderId id = newest(intent.certificate()).map(OrderId::after).orElseGet(OrderId::next);
        SpecColumns.bind(bind(tx.createUpdate("""
                        INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, key_type,
                            targets, key_reuse, purpose, placed_issuer, cause, replaces_renewal_id, replaces_issuer, limits_exempt,
                            state, attempt, due_at, deadline_at, postponements, resumptions, reminders, acme_order,
                            issued_fingerprint, problem, traceparent, latest, created_at, updated_at)
                        VALUES (:id, :certificate, :name, :owner, :identifiers, :issuer, :keyType,
                            :targets, :keyReuse, :purpose, :placedIssuer, :cause, :replacesRenewalId, :replacesIssuer, :limitsExempt,
                            :state, :attempt, :dueAt, :deadlineAt, :postponements, :resumptions, :reminders, CAST(:acmeOrder AS jsonb),
                            :fingerprint, CAST(:problem AS jsonb), :traceparent, :latest, :now, :now)"""), state), intent.spec())
                .bind("id", id.value())
                .bind("certificate", intent.certificate().value())
                .bind("name", intent.name())
                .bind("owner", intent.owner())
                .bind("purpose", intent.purpose().name())
                .bind("placedIssuer", intent.rehearsalAt().orElse(null))
                .bind("cause", intent.origin().cause().name())
                .bind(
                        "replacesRenewalId",
                        intent.origin().replaces().map(Replaced::renewalId).orElse(null))
                .bind(
                        "replacesIssuer",
                        intent.origin().replaces().map(Replaced::issuer).orElse(null))
                .bind("limitsExempt", intent.origin().limitsExempt())
                .bind("latest", latest)
                .bind("traceparent", intent.origin().traceparent().orElse(null))
                .bind("now", Columns.at(now))
                .execute();
        Change.ORDER_DUE.announce(tx);
        return id;
    }

    private Optional<OrderId> newest(CertificateId certificate) {
        return tx.createQuery(
                        "SELECT id FROM certificate_order WHERE certificate_id = :certificate ORDER BY id DESC LIMIT 1")
                .bind("certificate", certificate.value())
                .mapTo(UUID.class)
                .map(OrderId::new)
                .findOne();
    }

    /**
     * Locks the order until the transaction ends. Uses two statements: a single one that waits for the lock would
     * return the current order and its former deployments.
     */
    public Optional<StoredOrder> lock(OrderId id) {
        return lock(id, "FOR UPDATE");
    }

    /** As {@link #lock}, but empty if another transaction has locked it: a worker continues with the next one. */
    public Optional<StoredOrder> lockIfFree(OrderId id) {
        return lock(id, "FOR UPDATE SKIP LOCKED");
    }

    private Optional<StoredOrder> lock(OrderId id, String suffix) {
        return tx.createQuery("SELECT id FROM certificate_order WHERE id = :id " + suffix)
                .bind("id", id.value())
                .mapTo(UUID.class)
                .findOne()
                .flatMap(locked -> find(id));
    }

    public Optional<StoredOrder> find(OrderId id) {
        return tx.createQuery(SELECT + "WHERE o.id = :id")
                .bind("id", id.value())
                .map((row, context) -> StoredOrder.of(row))
                .findOne();
    }

    /** Marks that the issuer may have issued a certificate for an attempt that was left. */
    public void left(OrderId id, String issuer) {
        tx.createUpdate("UPDATE certificate_order SET unresolved_issuer = :issuer WHERE id = :id")
                .bind("issuer", issuer)
                .bind("id", id.value())
                .execute();
    }

    /** Places the order at the issuer that was left. */
    public void returned(OrderId id, String issuer) {
        tx.createUpdate("UPDATE certificate_order SET placed_issuer = :issuer, unresolved_issuer = NULL WHERE id = :id")
                .bind("issuer", issuer)
                .bind("id", id.value())
                .execute();
    }

    /** Marks that no issuer that was left can have issued a certificate. */
    public void resolved(OrderId id) {
        tx.createUpdate("UPDATE certificate_order SET unresolved_issuer = NULL WHERE id = :id")
                .bind("id", id.value())
                .execute();
    }

    /** Counts a certificate that could not be used. */
    public void unusable(OrderId id, Instant now) {
        tx.createUpdate("UPDATE certificate_order SET unusable = unusable + 1, unusable_at = :now WHERE id = :id")
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /**
     * Changes the state of an order that the transaction has locked. Only changed rows of {@code deployment} are
     * written.
     */
    public void move(OrderId id, OrderState next, Instant now) {
        List<DeploymentRow> deployments = StateColumns.of(next).deployments();
        bind(tx.createUpdate("""
                        WITH moved AS (
                            UPDATE certificate_order SET state = :state, attempt = :attempt, due_at = :dueAt,
                                deadline_at = :deadlineAt, postponements = :postponements, resumptions = :resumptions,
                                reminders = :reminders, acme_order = COALESCE(CAST(:acmeOrder AS jsonb), acme_order),
                                issued_fingerprint = :fingerprint, problem = CAST(:problem AS jsonb),
                                wait_problem = NULL, updated_at = :now
                            WHERE id = :id),
                        dropped AS (DELETE FROM deployment WHERE order_id = :id AND host <> ALL (:hosts))
                        INSERT INTO deployment AS d (order_id, host, state, fingerprint, problem)
                        SELECT :id, n.host, n.state, n.fingerprint, CAST(n.problem AS jsonb)
                        FROM unnest(:hosts, :states, :fingerprints, :problems) AS n(host, state, fingerprint, problem)
                        ON CONFLICT (order_id, host) DO UPDATE
                            SET state = excluded.state, fingerprint = excluded.fingerprint, problem = excluded.problem
                            WHERE (d.state, d.fingerprint, d.problem)
                                IS DISTINCT FROM (excluded.state, excluded.fingerprint, excluded.problem)"""), next)
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .bindArray(
                        "hosts",
                        String.class,
                        deployments.stream().map(DeploymentRow::host).toList())
                .bindArray(
                        "states",
                        String.class,
                        deployments.stream().map(row -> row.state().name()).toList())
                .bindArray(
                        "fingerprints",
                        String.class,
                        deployments.stream()
                                .map(row -> row.fingerprint().orElse(null))
                                .toList())
                .bindArray(
                        "problems",
                        String.class,
                        deployments.stream()
                                .map(row -> row.problem().map(Json::write).orElse(null))
                                .toList())
                .execute();
        if (next instanceof OrderState.Due due && !due.dueAt().isAfter(now)) {
            Change.ORDER_DUE.announce(tx);
        }
    }

    /**
     * The name of another order in progress that is placed at the issuer as this ACME order. Until the transaction
     * ends, no other one gets an answer for the same ACME order.
     */
    public Optional<String> placedAs(String issuer, URI acmeOrder, OrderId except) {
        tx.execute("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", acmeOrder.toString());
        return tx.createQuery("""
                SELECT name FROM certificate_order
                WHERE md5(acme_order ->> 'url') = md5(:url) AND state IN ('PLACED', 'AUTHORIZED')
                    AND coalesce(placed_issuer, issuer) = :issuer AND id <> :id LIMIT 1""")
                .bind("issuer", issuer)
                .bind("url", acmeOrder.toString())
                .bind("id", except.value())
                .mapTo(String.class)
                .findFirst();
    }

    /**
     * Where orders may begin.
     *
     * @param issuers with waiting orders and capacity for them
     * @param saturated owners without capacity at an issuer
     */
    public record Available(List<String> issuers, List<OwnerAtIssuer> saturated) {
        public static final Available NOTHING = new Available(List.of(), List.of());
    }

    /**
     * Returns due orders and locks them until the transaction ends; orders that another transaction has locked are
     * skipped. Owners take turns: an order comes earlier, the fewer orders of its owner precede it or are being
     * placed, then the longer its owner has had no turn, then the longer it has been due. So ten thousand orders of
     * one owner do not delay the order of another. Within an owner, first and repeated attempts take turns: ten
     * thousand failing names do not delay a new one. An order that cannot be read is left out and postponed.
     *
     * @param available where there is capacity again: orders that wait for it
     *     ({@link OrdersAtIssuers#awaitCapacity}) count as due
     */
    public List<StoredOrder> due(int limit, List<OwnerShare> shares, Available available, Instant now) {
        List<OrderId> unreadable = new ArrayList<>();
        List<StoredOrder> due = tx
                .createQuery("""
                WITH RECURSIVE owners AS (
                    (SELECT owner, waits_for_issuer FROM certificate_order WHERE state = 'DUE'
                     ORDER BY owner, waits_for_issuer LIMIT 1)
                    UNION ALL
                    SELECT n.owner, n.waits_for_issuer FROM owners o CROSS JOIN LATERAL (
                        SELECT owner, waits_for_issuer FROM certificate_order
                        WHERE state = 'DUE' AND (owner, waits_for_issuer) > (o.owner, o.waits_for_issuer)
                        ORDER BY owner, waits_for_issuer LIMIT 1) n),
                lanes AS (
                    SELECT o.owner, o.waits_for_issuer, lane.repeated, coalesce(t.busy, 0) AS busy,
                           o.waits_for_issuer = ANY (:available) AND NOT EXISTS (
                               SELECT FROM unnest(:saturatedOwners, :saturatedIssuers) AS s(owner, issuer)
                               WHERE s.owner = o.owner AND s.issuer = o.waits_for_issuer) AS available,
                           coalesce(greatest(t.firsts, t.repeats), 0) AS served,
                           coalesce(CASE WHEN lane.repeated THEN t.repeats ELSE t.firsts END, 0) AS lane_served
                    FROM owners o CROSS JOIN (VALUES (false), (true)) AS lane(repeated)
                    LEFT JOIN unnest(:owners, :busy, :firsts, :repeats) AS t(owner, busy, firsts, repeats)
                        ON t.owner = o.owner),
                queues AS (
                    SELECT d.id, d.due_at, l.owner, l.busy, l.served, l.lane_served,
                           row_number() OVER (PARTITION BY l.owner, l.repeated ORDER BY d.due_at, d.id) AS place
                    FROM lanes l
                    CROSS JOIN LATERAL (SELECT id, due_at FROM certificate_order
                                        WHERE state = 'DUE' AND owner = l.owner
                                            AND waits_for_issuer = l.waits_for_issuer AND (attempt > 1) = l.repeated
                                            AND due_at <= CASE WHEN l.available
                                                THEN 'infinity' ELSE CAST(:now AS timestamptz) END
                                        ORDER BY due_at LIMIT :many) d),
                heads AS MATERIALIZED (
                    SELECT id, due_at, served,
                           row_number() OVER (PARTITION BY owner ORDER BY place, lane_served, due_at, id) + busy AS turn
                    FROM queues ORDER BY turn, served, due_at, id LIMIT :many)
                SELECT o.*, NULL AS deployments FROM heads h JOIN certificate_order o ON o.id = h.id
                WHERE o.state = 'DUE' AND (o.due_at <= :now OR o.waits_for_issuer = ANY (:available))
                ORDER BY h.turn, h.served, h.due_at, h.id LIMIT :limit
                FOR UPDATE OF o SKIP LOCKED""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .bind("many", limit * OVERSELECT_FACTOR + OVERSELECT_EXTRA)
                .bindArray("available", String.class, available.issuers())
                .bindArray(
                        "saturatedOwners",
                        String.class,
                        available.saturated().stream().map(OwnerAtIssuer::owner).toList())
                .bindArray(
                        "saturatedIssuers",
                        String.class,
                        available.saturated().stream()
                                .map(OwnerAtIssuer::issuer)
                                .toList())
                .bindArray(
                        "owners",
                        String.class,
                        shares.stream().map(OwnerShare::owner).toList())
                .bindArray(
                        "busy",
                        Integer.class,
                        shares.stream().map(OwnerShare::busy).toList())
                .bindArray(
                        "firsts",
                        Long.class,
                        shares.stream().map(OwnerShare::firsts).toList())
                .bindArray(
                        "repeats",
                        Long.class,
                        shares.stream().map(OwnerShare::repeats).toList())
                .map((row, context) -> readable(row, unreadable::add))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
        unreadable.forEach(id -> await(id, unreadable(now), now));
        return due;
    }

    private static Optional<StoredOrder> readable(ResultSet row, Consumer<OrderId> unreadable) throws SQLException {
        try {
            return Optional.of(StoredOrder.of(row));
        } catch (UnreadableRowException e) {
            LOG.errorf(
                    e,
                    "ALARM: %s; its order is postponed by %s. Restore the row; see docs/reference/errors.md#internal",
                    e.getMessage(),
                    UNREADABLE_POSTPONEMENT);
            unreadable.accept(OrderId.of(row.getString("id")));
            return Optional.empty();
        }
    }

    private static Problem unreadable(Instant now) {
        return StoredOrder.UNREADABLE.nextAttempt(now.plus(UNREADABLE_POSTPONEMENT));
    }

    /**
     * Leases the orders: no other replica gets them before {@code until}. Stores the issuer and the budgeted attempt
     * of each.
     */
    public void lease(List<StoredOrder> orders, Instant until, Instant now) {
        if (orders.isEmpty()) {
            return;
        }
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = :until, wait_problem = NULL, placed_issuer = leased.issuer, updated_at = :now,
                    budgeted_attempt = CASE WHEN limits_exempt AND replaces_issuer = leased.issuer THEN budgeted_attempt
                        ELSE attempt END
                FROM unnest(:ids, :issuers) AS leased(id, issuer)
                WHERE certificate_order.id = leased.id""")
                .bind("until", Columns.at(until))
                .bind("now", Columns.at(now))
                .bindArray(
                        "ids",
                        UUID.class,
                        orders.stream().map(order -> order.id().value()).toList())
                .bindArray(
                        "issuers",
                        String.class,
                        orders.stream().map(StoredOrder::issuer).toList())
                .execute();
    }

    /** Stores why an order waits, and until when. */
    public void await(OrderId id, Problem why, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = :until, wait_problem = CAST(:why AS jsonb), updated_at = :now
                WHERE id = :id AND state = 'DUE'""")
                .bind("now", Columns.at(now))
                .bind("until", Columns.at(why.nextAttemptAt().orElseThrow()))
                .bind("why", Json.write(why))
                .bind("id", id.value())
                .execute();
    }

    /** As {@link #await}, but never makes the order due earlier. */
    public void awaitLonger(OrderId id, Problem why, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = greatest(due_at, :until), wait_problem = CAST(:why AS jsonb),
                    updated_at = :now
                WHERE id = :id AND state = 'DUE'""")
                .bind("now", Columns.at(now))
                .bind("until", Columns.at(why.nextAttemptAt().orElseThrow()))
                .bind("why", Json.write(why))
                .bind("id", id.value())
                .execute();
    }

    /**
     * Ends the wait of orders for one of the names, which are no longer in quarantine. Rows that another transaction
     * has locked are left out: their orders are placed when the wait ends.
     *
     * @param names as they appear in identifiers, wildcards included
     */
    public void releaseFromQuarantine(String issuer, List<String> names, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET due_at = :now, wait_problem = NULL
                WHERE id IN (SELECT id FROM certificate_order
                             WHERE state = 'DUE' AND issuer = :issuer AND wait_problem ->> 'code' = 'name-quarantined'
                                 AND identifiers && CAST(:names AS text[])
                             ORDER BY id FOR UPDATE SKIP LOCKED)""")
                .bind("now", Columns.at(now))
                .bind("issuer", issuer)
                .bindArray("names", String.class, names)
                .execute();
        Change.ORDER_DUE.announce(tx);
    }

    /** Moves a deadline that led to no move of the order. */
    public void postponeDeadline(OrderId id, Instant next, Instant now) {
        tx.createUpdate("""
                UPDATE certificate_order SET deadline_at = :next, updated_at = :now
                WHERE id = :id AND deadline_at < :next""")
                .bind("next", Columns.at(next))
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
    }

    /**
     * Moves the times of orders that were stored with a clock that was ahead: each wait keeps its length. Differences
     * of a minute between the clocks of replicas are not corrected. The later one of this clock and the database's
     * counts, so that a replica whose clock is behind corrects nothing.
     */
    public int correctTimes(Instant now) {
        return tx.createUpdate("""
                UPDATE certificate_order SET due_at = due_at - (updated_at - latest.now),
                    deadline_at = deadline_at - (updated_at - latest.now), updated_at = latest.now
                FROM (SELECT greatest(now(), :now) AS now) AS latest
                WHERE id IN (SELECT id FROM certificate_order
                             WHERE updated_at > greatest(now(), :now) + interval '1 minute'
                                AND (due_at IS NOT NULL OR deadline_at IS NOT NULL)
                             ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED)""").bind("now", Columns.at(now)).execute();
    }

    /**
     * An order whose deadline has passed.
     *
     * @param resumedAt the issuer, if the order is to be resumed after a temporary problem
     */
    public record Overdue(OrderId id, Optional<String> resumedAt) {}

    /**
     * The orders whose deadline for a report has passed.
     *
     * @param unavailable issuers without capacity: their orders are not resumed
     */
    public List<Overdue> overdue(int limit, List<String> unavailable, Instant now) {
        return tx.createQuery("""
                SELECT * FROM (
                    SELECT id, deadline_at, CASE WHEN state IN ('PLACED', 'AUTHORIZED') AND problem IS NOT NULL
                        THEN coalesce(placed_issuer, issuer) END AS resumed_at
                    FROM certificate_order WHERE deadline_at <= :now) overdue
                WHERE (resumed_at = ANY (:unavailable)) IS NOT TRUE
                ORDER BY deadline_at LIMIT :limit""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .bindArray("unavailable", String.class, unavailable)
                .map((row, context) ->
                        new Overdue(OrderId.of(row.getString("id")), Columns.optionalText(row, "resumed_at")))
                .list();
    }

    /** Stores why an order at its CA waits for its resumption; the next move of the order removes it. */
    public void interrupted(OrderId id, Problem why) {
        tx.createUpdate("UPDATE certificate_order SET problem = CAST(:why AS jsonb) WHERE id = :id")
                .bind("why", Json.write(why))
                .bind("id", id.value())
                .execute();
    }

    /** Whether a later certificate was issued for the certificate of this live order. */
    public boolean isReplaced(OrderId id) {
        return tx.createQuery("""
                SELECT EXISTS (SELECT 1 FROM certificate_order o JOIN certificate_order later
                    ON later.certificate_id = o.certificate_id AND later.id > o.id
                        AND later.purpose = 'LIVE' AND later.state IN ('ISSUED', 'DEPLOYED', 'UNDEPLOYED')
                    WHERE o.id = :id AND o.purpose = 'LIVE')""").bind("id", id.value()).mapTo(Boolean.class).one();
    }

    /** The last hundred orders, the newest first; one that cannot be read appears as failed. */
    public List<StoredOrder> of(CertificateId certificate) {
        return tx.createQuery(SELECT + "WHERE o.certificate_id = :id ORDER BY o.id DESC LIMIT 100")
                .bind("id", certificate.value())
                .map((row, context) -> StoredOrder.shown(row))
                .list();
    }

    /**
     * The number of renewals that are ready to be placed. Requested orders are not counted, so that many requests do
     * not delay renewals.
     *
     * @param limit up to which they are counted
     */
    public long readyRenewals(int limit, Instant now) {
        return tx.createQuery("""
                SELECT count(*) FROM (SELECT FROM certificate_order
                    WHERE state = 'DUE' AND cause <> 'REQUESTED' AND due_at <= :now AND wait_problem IS NULL
                    LIMIT :limit) ready""")
                .bind("now", Columns.at(now))
                .bind("limit", limit)
                .mapTo(Long.class)
                .one();
    }

    /** When a live order of the certificate last got a certificate that could not be used. */
    public Optional<Instant> lastUnusable(CertificateId certificate) {
        return tx.createQuery("""
                SELECT max(unusable_at) AS at FROM certificate_order
                WHERE certificate_id = :certificate AND purpose = 'LIVE'""")
                .bind("certificate", certificate.value())
                .map((row, context) -> Columns.optionalInstant(row, "at"))
                .one();
    }

    /** Ends the wait of a due order. */
    public void endWait(OrderId id, Instant now) {
        tx.createUpdate("UPDATE certificate_order SET due_at = :now WHERE id = :id AND state = 'DUE'")
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
        Change.ORDER_DUE.announce(tx);
    }

    /** The number of live orders of the certificate that were abandoned after this order was created. */
    public int failuresSince(CertificateId certificate, OrderId order) {
        return tx.createQuery("""
                SELECT count(*) FROM certificate_order
                WHERE certificate_id = :certificate AND id > :order AND state = 'FAILED' AND purpose = 'LIVE'""")
                .bind("certificate", certificate.value())
                .bind("order", order.value())
                .mapTo(Integer.class)
                .one();
    }

    /** The number of waiting orders by the code of the reason; codes without orders are absent. */
    public Map<String, Long> countWaiting() {
        return tx.createQuery("""
                SELECT coalesce(wait_problem ->> 'code', 'internal') AS code, count(*) AS n FROM certificate_order
                WHERE state = 'DUE' AND wait_problem IS NOT NULL GROUP BY 1""").reduceRows(new TreeMap<>(), (counts, row) -> {
            counts.put(row.getColumn("code", String.class), row.getColumn("n", Long.class));
            return counts;
        });
    }

    /** The number of certificates by the state of their latest order, zeros included. */
    public Map<StateName, Long> count() {
        Map<StateName, Long> counts = new EnumMap<>(StateName.class);
        for (StateName name : StateName.values()) {
            counts.put(name, 0L);
        }
        tx.createQuery("SELECT state, count(*) AS n FROM certificate_order WHERE latest GROUP BY state")
                .map((row, context) -> Map.entry(StateName.valueOf(row.getString("state")), row.getLong("n")))
                .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
        return counts;
    }

    private static <S extends SqlStatement<S>> S bind(S statement, OrderState state) {
        StateColumns columns = StateColumns.of(state);
        return statement
                .bind("state", columns.name().name())
                .bind("attempt", columns.attempt())
                .bind("dueAt", columns.dueAt().map(Columns::at).orElse(null))
                .bind("deadlineAt", columns.deadlineAt().map(Columns::at).orElse(null))
                .bind("postponements", columns.counters().postponements())
                .bind("resumptions", columns.counters().resumptions())
                .bind("reminders", columns.counters().reminders())
                .bind("acmeOrder", columns.acmeOrder().map(Json::write).orElse(null))
                .bind("fingerprint", columns.fingerprint().orElse(null))
                .bind("problem", columns.problem().map(Json::write).orElse(null));
    }
}
