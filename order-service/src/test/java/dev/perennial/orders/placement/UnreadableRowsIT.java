package dev.perennial.orders.placement;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.OrderId;
import dev.perennial.events.Problem;
import dev.perennial.orders.database.UnreadableRowException;
import dev.perennial.orders.inventory.Inventory;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.issuer.limits.FailingNames;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.failover.CaStep;
import dev.perennial.rules.lifecycle.Input;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A row that cannot be read is the problem of its certificate only. */
class UnreadableRowsIT {
    /** Longer than the limit of the codec, as a URL that a CA once sent. */
    private static final String TOO_LONG =
            "{\"url\":\"https://ca.test/" + "x".repeat(900_000) + "\",\"finalizeUrl\":\"u\",\"authorizationUrls\":[]}";

    private static final Problem BROKEN = Problem.of(ErrorCode.CONFIG_TEST_FAILED, "nginx -t says no");

    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts ca = new FakeAccounts();
    private final Placer placer = new Placer(
            parts.database,
            ca,
            parts.transitions,
            parts.failover,
            parts.budget,
            new PlacerSetup(10),
            parts.clock,
            parts.wakeups);
    private final Supervisor supervisor =
            new Supervisor(parts.database, parts.transitions, new PlacerSetup(64), parts.clock);
    private AcceptedOrder bad;
    private AcceptedOrder good;

    @BeforeEach
    void requestTwo() {
        bad = parts.accepted("r1", request("bad", List.of("web-1"), "bad.example.com"));
        good = parts.accepted("r2", request("good", List.of("web-1"), "good.example.com"));
    }

    /** A new column belongs to one of the tests named here. */
    @Test
    void coversEveryJsonColumn() {
        List<String> columns = parts.database.inTransaction(
                tx -> tx.createQuery("""
                        SELECT relname || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
                        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
                            AND atttypid = 'jsonb'::regtype AND NOT attisdropped""").mapTo(String.class).list());

        assertThat(columns)
                .containsExactlyInAnyOrder(
                        // This class.
                        "certificate.labels",
                        "certificate_order.acme_order",
                        "certificate_order.problem",
                        "certificate_order.wait_problem",
                        "deployment.problem",
                        "failing_issuer.problem",
                        "failing_name.problem",
                        "timeline.detail",
                        // UnresolvedOrderCheckIT
                        "unresolved_acme_order.acme_order",
                        // RevocationIT
                        "revocation.problem",
                        // ReplacementIT
                        "replacement.plan",
                        "replacement.pause_problem",
                        "replacement_item.problem",
                        // ServiceTokensIT
                        "service_token.grants",
                        // HostsIT
                        "host.labels",
                        // IssuerChangesIT
                        "issuer.settings",
                        "issuer_change.before",
                        "issuer_change.after",
                        // ApprovalsIT
                        "approval.configured_grants",
                        "approval.effects",
                        "approval.grants",
                        "approval.memberships",
                        "approval.payload",
                        "approval.result",
                        // PolicyChangesIT
                        "policy_revision.document",
                        // Read only if the request with this id is repeated, which then fails alone.
                        "inbox.answer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "{\"code\":7}", "null", "{\"url\":\"not a url ^\"}"})
    void placesDespiteUnreadableJson(String json) {
        damage("certificate", "labels", json, "id", bad.certificateId().value());
        damage("timeline", "detail", json, "certificate_id", bad.certificateId().value());
        for (String column : List.of("acme_order", "problem", "wait_problem")) {
            damage("certificate_order", column, json, "id", bad.orderId().value());
        }
        fail("bad.example.com", json);

        place();

        assertThat(state(good)).isInstanceOf(OrderState.Placed.class);
        assertThat(state(bad)).isInstanceOf(OrderState.Placed.class);
        assertReadable();
    }

    @Test
    void postponesAnOrderWhoseRowCannotBeRead() {
        execute("UPDATE certificate_order SET key_type = 'RSA_1' WHERE name = 'bad'");

        place();
        placer.round();

        assertThat(state(good)).isInstanceOf(OrderState.Placed.class);
        assertThat(minutesUntil("due_at", bad)).isBetween(50L, 61L);
        execute("UPDATE certificate_order SET key_type = 'EC_P256', due_at = now() WHERE name = 'bad'");
        place();
        assertThat(state(bad)).as("it continues after its repair").isInstanceOf(OrderState.Placed.class);
    }

    @Test
    void resumesOtherOrdersIfOneIsUnreadable() {
        place();
        damage("certificate_order", "acme_order", TOO_LONG, "id", bad.orderId().value());
        execute("UPDATE certificate_order SET deadline_at = now() - interval '1 second'");
        long placed = placedFacts();

        supervisor.round();
        supervisor.round();

        assertThat(placedFacts()).as("the good order is resumed").isEqualTo(placed + 1);
        assertThat(minutesUntil("deadline_at", bad)).isBetween(50L, 61L);
        assertReadable();
        StoredOrder shown = parts.database
                .inTransaction(tx -> new Orders(tx).of(bad.certificateId()))
                .getFirst();
        assertThat(shown.lastProblem()).hasValueSatisfying(problem -> {
            assertThat(problem.code()).isEqualTo(ErrorCode.INTERNAL);
            assertThat(problem.detail()).contains("cannot be read", "certificate_order");
        });
    }

    @Test
    void appliesNoInputToAnUnreadableOrder() {
        place();
        damage("certificate_order", "acme_order", "[]", "id", bad.orderId().value());

        assertThatExceptionOfType(UnreadableRowException.class)
                .isThrownBy(() -> move(bad, new Input.Authorized(1)))
                .withMessageContaining(bad.orderId().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "\"text\"", "{\"code\":7}", "null"})
    void remindsHostsDespiteAnUnreadableProblem(String json) {
        place();
        for (AcceptedOrder order : List.of(bad, good)) {
            move(order, new Input.Authorized(1));
            move(order, new Input.Issued(1, "f1", List.of("web-1")));
            move(order, new Input.DeploymentFailed("web-1", "f1", BROKEN));
        }
        damage("deployment", "problem", json, "order_id", bad.orderId().value());
        execute("UPDATE certificate_order SET deadline_at = now() - interval '1 second'");

        supervisor.round();

        assertThat(parts.facts().stream().filter("deployment.overdue"::equals)).hasSize(2);
    }

    @Test
    void placesDespiteUnreadableFailuresOfTheIssuer() {
        parts.database.inTransaction(tx -> tx.execute("""
                INSERT INTO failing_issuer (issuer, step, since, last_at, failures, probes, probe_at, problem)
                SELECT 'other', step, now(), now(), 9, 0, now(), CAST(problem AS jsonb)
                FROM (VALUES (?, '[]'), ('NO_SUCH_STEP', '{}')) AS v(step, problem)""", CaStep.values()[0].name()));

        place();
        assertThat(state(good)).isInstanceOf(OrderState.Placed.class);
    }

    /** Everything that a list or the page of a certificate reads. */
    private void assertReadable() {
        parts.database.inTransaction(tx -> {
            assertThat(new Inventory(tx).find(InventoryQuery.all(10))).hasSize(2);
            assertThat(new Certificates(tx).find(bad.certificateId())).isPresent();
            assertThat(new Orders(tx).of(bad.certificateId())).hasSize(1);
            assertThat(new Timeline(tx).of(bad.certificateId())).isNotEmpty();
            assertThat(new DueOrders(tx).countWaiting()).isNotNull();
            assertThat(new FailingNames(tx).quarantined()).hasSizeLessThanOrEqualTo(1);
            return true;
        });
    }

    /** Starts a round and waits for its placements. */
    private void place() {
        placer.round();
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> placer.inFlight() == 0);
    }

    private void fail(String name, String problem) {
        parts.database.inTransaction(tx -> tx.execute("""
                INSERT INTO failing_name (issuer, name, failures, failed_at, quarantined_until, problem)
                VALUES ('local', ?, 9, now(), now() - interval '1 hour', CAST(? AS jsonb))""", name, problem));
    }

    private void damage(String table, String column, String json, String key, Object value) {
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE " + table + " SET " + column + " = CAST(? AS jsonb) WHERE " + key + " = ?", json, value));
    }

    private void execute(String sql) {
        parts.database.inTransaction(tx -> tx.execute(sql));
    }

    private void move(AcceptedOrder order, Input input) {
        parts.database.inTransaction(tx -> parts.transitions.apply(tx, order.orderId(), input));
    }

    private long placedFacts() {
        return parts.facts().stream().filter("order.placed"::equals).count();
    }

    private OrderState state(AcceptedOrder order) {
        OrderId id = order.orderId();
        return parts.database
                .inTransaction(tx -> new Orders(tx).find(id).orElseThrow())
                .state();
    }

    private long minutesUntil(String column, AcceptedOrder order) {
        return parts.database.inTransaction(tx -> tx.createQuery("SELECT extract(epoch FROM " + column
                        + " - now())::bigint / 60 FROM certificate_order WHERE id = :id")
                .bind("id", order.orderId().value())
                .mapTo(Long.class)
                .one());
    }
}
