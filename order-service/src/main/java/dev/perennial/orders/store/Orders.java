package dev.perennial.orders.store;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Initiator;
import dev.perennial.events.OrderId;
import dev.perennial.orders.database.Change;
import dev.perennial.orders.database.Columns;
import dev.perennial.orders.database.Json;
import dev.perennial.orders.store.StoredOrder.Replaced;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.lifecycle.OrderState;
import dev.perennial.rules.requests.CertificateSpec;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;

/** The table {@code certificate_order}. */
public final class Orders {
    private static final String SELECT = "SELECT o.*, " + DeploymentRow.OF_ORDER + " FROM certificate_order o ";

    private static final String STORE_DEPLOYMENTS = """
            INSERT INTO deployment AS d (order_id, host, state, fingerprint, problem)
            SELECT :id, n.host, n.state, n.fingerprint, CAST(n.problem AS jsonb)
            FROM unnest(:hosts, :states, :fingerprints, :problems) AS n(host, state, fingerprint, problem)
            ON CONFLICT (order_id, host) DO UPDATE
                SET state = excluded.state, fingerprint = excluded.fingerprint, problem = excluded.problem
                WHERE (d.state, d.fingerprint, d.problem)
                    IS DISTINCT FROM (excluded.state, excluded.fingerprint, excluded.problem)""";

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
     * @param requested whether a request created it, and not Perennial
     * @param initiator the principal that requested it, or this service
     * @param traceparent of the request or task that created it
     */
    public record Origin(
            OrderCause cause,
            Optional<Replaced> replaces,
            boolean limitsExempt,
            boolean requested,
            Initiator initiator,
            Optional<String> traceparent) {
        /** The origin of a requested order. */
        public static Origin request(Initiator initiator, Optional<String> traceparent) {
            return new Origin(OrderCause.REQUESTED, Optional.empty(), false, true, initiator, traceparent);
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

    /** Creates the live order of a rehearsal; the request created the rehearsal. */
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
                                false,
                                rehearsal.initiator(),
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
                            targets, key_reuse, purpose, placed_issuer, cause, requested, replaces_renewal_id, replaces_issuer,
                            limits_exempt,
                            state, attempt, due_at, deadline_at, postponements, resumptions, reminders, acme_order,
                            issued_fingerprint, problem, initiator, traceparent, latest, created_at, updated_at)
                        VALUES (:id, :certificate, :name, :owner, :identifiers, :issuer, :keyType,
                            :targets, :keyReuse, :purpose, :placedIssuer, :cause, :requested, :replacesRenewalId, :replacesIssuer,
                            :limitsExempt,
                            :state, :attempt, :dueAt, :deadlineAt, :postponements, :resumptions, :reminders, CAST(:acmeOrder AS jsonb),
                            :fingerprint, CAST(:problem AS jsonb), :initiator, :traceparent, :latest,
                            least(:now, clock_timestamp()), :now)"""), StateColumns.of(state)), intent.spec())
                .bind("id", id.value())
                .bind("certificate", intent.certificate().value())
                .bind("name", intent.name())
                .bind("owner", intent.owner())
                .bind("purpose", intent.purpose().name())
                .bind("placedIssuer", intent.rehearsalAt().orElse(null))
                .bind("cause", intent.origin().cause().name())
                .bind("requested", intent.origin().requested())
                .bind(
                        "replacesRenewalId",
                        intent.origin().replaces().map(Replaced::renewalId).orElse(null))
                .bind(
                        "replacesIssuer",
                        intent.origin().replaces().map(Replaced::issuer).orElse(null))
                .bind("limitsExempt", intent.origin().limitsExempt())
                .bind("latest", latest)
                .bind("initiator", intent.origin().initiator().id())
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
        StateColumns columns = StateColumns.of(next);
        bind(bind(tx.createUpdate("""
                        WITH moved AS (
                            UPDATE certificate_order SET state = :state, attempt = :attempt, due_at = :dueAt,
                                deadline_at = :deadlineAt, postponements = :postponements, resumptions = :resumptions,
                                reminders = :reminders, acme_order = COALESCE(CAST(:acmeOrder AS jsonb), acme_order),
                                issued_fingerprint = :fingerprint, problem = CAST(:problem AS jsonb),
                                wait_problem = NULL, updated_at = :now
                            WHERE id = :id),
                        dropped AS (DELETE FROM deployment WHERE order_id = :id AND host <> ALL (:hosts))
                        """ + STORE_DEPLOYMENTS), columns), columns.deployments())
                .bind("now", Columns.at(now))
                .bind("id", id.value())
                .execute();
        if (next instanceof OrderState.Due due && !due.dueAt().isAfter(now)) {
            Change.ORDER_DUE.announce(tx);
        }
    }

    /** Stores the reports of hosts of an order that stays in its state. */
    public void storeReports(OrderId id, OrderState.BeforeIssuance order) {
        bind(tx.createUpdate(STORE_DEPLOYMENTS), StateColumns.of(order).deployments())
                .bind("id", id.value())
                .execute();
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

    /** When a live order of the certificate last got a certificate that could not be used. */
    public Optional<Instant> lastUnusable(CertificateId certificate) {
        return tx.createQuery("""
                SELECT max(unusable_at) AS at FROM certificate_order
                WHERE certificate_id = :certificate AND purpose = 'LIVE'""")
                .bind("certificate", certificate.value())
                .map((row, context) -> Columns.optionalInstant(row, "at"))
                .one();
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

    private static <S extends SqlStatement<S>> S bind(S statement, StateColumns columns) {
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

    private static <S extends SqlStatement<S>> S bind(S statement, List<DeploymentRow> deployments) {
        return statement
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
                                .toList());
    }
}
