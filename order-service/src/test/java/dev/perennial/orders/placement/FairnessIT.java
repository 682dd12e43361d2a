package dev.perennial.orders.placement;

import static dev.perennial.orders.parts.ServiceFixture.request;
import static dev.perennial.orders.placement.PlacerRuns.once;
import static dev.perennial.orders.placement.PlacerRuns.placer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.DueOrders;
import dev.perennial.orders.store.OwnerShare;
import dev.perennial.orders.store.StoredOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which owners get their turns. */
class FairnessIT {
    private final ServiceFixture parts = new ServiceFixture();
    private final FakeAccounts accounts = new FakeAccounts();

    @Test
    void selectsTheOnlyOrderOfAnOwnerBesideTenThousandOfAnother() {
        due("big", 10_000, Duration.ofHours(2));
        due("small", 1, Duration.ofSeconds(1));

        assertThat(owners(due(8, List.of()))).hasSize(8).startsWith("big", "small");
    }

    @Test
    void alternatesOwnersEvenWithOneFreeSlot() {
        due("big", 10_000, Duration.ofHours(2));
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        accounts.behaviour = identifiers -> {
            order.add(identifiers.getFirst().value().split("-")[0]);
            return accounts.accept(identifiers);
        };
        Placer one = placer(parts, accounts, 1);
        rounds(one, 5);
        due("small", 2, Duration.ofSeconds(1));

        rounds(one, 5);

        assertThat(order).containsExactly("big", "big", "big", "big", "big", "small", "big", "small", "big", "big");
    }

    @Test
    void countsOrdersInFlightOfAnOwner() {
        due("big", 100, Duration.ofHours(2));
        due("small", 3, Duration.ofSeconds(1));

        assertThat(owners(due(4, List.of(new OwnerShare("big", 3, 7, 0)))))
                .containsExactly("small", "small", "small", "big");
    }

    @Test
    void givesAllSlotsToTheOnlyOwner() {
        due("big", 100, Duration.ofHours(2));

        assertThat(owners(due(64, List.of(new OwnerShare("big", 200, 9, 0))))).hasSize(64);
    }

    @Test
    void selectsTheLongestDueOrderOfAnOwnerFirst() {
        due("big", 3, Duration.ofHours(2));

        assertThat(due(3, List.of()))
                .extracting(order -> order.dueAt().orElseThrow())
                .isSorted();
    }

    @Test
    void selectsANewOrderBesideThousandsOfFailingOnesOfTheSameOwner() {
        due("shop", 10_000, Duration.ofHours(2));
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET attempt = 4"));
        parts.accepted("new", request("new", List.of(), "new.example.com"));
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate_order SET owner = 'shop'"));

        assertThat(due(8, List.of())).extracting(StoredOrder::name).startsWith("n1", "new", "n2");
    }

    @Test
    void alternatesFirstAndRepeatedAttemptsEvenWithOneFreeSlot() {
        due("shop", 20, Duration.ofHours(2));
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate_order SET attempt = 2 WHERE substr(name, 2)::int <= 10"));

        assertThat(due(1, List.of(new OwnerShare("shop", 0, 5, 4))))
                .extracting(order -> order.state().attempt())
                .containsExactly(2);
        assertThat(due(1, List.of(new OwnerShare("shop", 0, 5, 6))))
                .extracting(order -> order.state().attempt())
                .containsExactly(1);
    }

    private List<StoredOrder> due(int limit, List<OwnerShare> shares) {
        return parts.database.inTransaction(
                tx -> new DueOrders(tx).due(limit, shares, DueOrders.Available.NOTHING, parts.clock.instant()));
    }

    private static List<String> owners(List<StoredOrder> orders) {
        return orders.stream().map(StoredOrder::owner).toList();
    }

    private static void rounds(Placer placer, int count) {
        for (int i = 0; i < count; i++) {
            once(placer);
        }
    }

    /** Creates orders that are due since {@code since}, each a little later than the previous one. */
    private void due(String owner, int count, Duration since) {
        parts.database.inTransaction(tx -> {
            tx.createUpdate("""
                    INSERT INTO certificate (id, owner, name, identifiers, issuer, key_type, targets, labels,
                        created_at, updated_at)
                    SELECT gen_random_uuid(), :owner, 'n' || i, ARRAY[:owner || '-' || i || '.example.com'], 'local', 'EC_P256',
                        '{}', '{}', now(), now()
                    FROM generate_series(1, :count) i""").bind("owner", owner).bind("count", count).execute();
            return tx.createUpdate("""
                    INSERT INTO certificate_order (id, certificate_id, name, owner, identifiers, issuer, key_type, targets, state,
                        attempt, due_at, created_at, updated_at)
                    SELECT gen_random_uuid(), id, name, owner, identifiers, issuer, key_type, targets, 'DUE', 1,
                        now() - make_interval(secs => :since) + make_interval(secs => 0.00001 * substr(name, 2)::int), now(), now()
                    FROM certificate WHERE owner = :owner""")
                    .bind("owner", owner)
                    .bind("since", since.toSeconds())
                    .execute();
        });
    }
}
