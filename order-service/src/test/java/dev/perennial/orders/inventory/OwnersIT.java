package dev.perennial.orders.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.submission.AcceptedOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class OwnersIT {
    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void listsOwnersOfThePolicyAndOwnersWithCertificatesOnce() {
        ordered("shop", "a");
        ordered("shop", "b");
        ordered("blog", "a");

        assertThat(this.<List<String>>with(owners -> owners.page(Set.of("shop", "wiki"), "", 10)))
                .containsExactly("blog", "shop", "wiki");
        assertThat(this.<List<String>>with(owners -> owners.page(Set.of(), "", 10)))
                .containsExactly("blog", "shop");
    }

    @Test
    void findsEachOwnerOnOnePage() {
        for (int i = 0; i < 7; i++) {
            ordered("o" + i, "a");
        }
        Set<String> listed = Set.of("o3", "o31", "p");

        List<String> all = new ArrayList<>();
        for (List<String> page = page(listed, ""); !page.isEmpty(); page = page(listed, page.getLast())) {
            assertThat(page).hasSizeLessThanOrEqualTo(2);
            all.addAll(page);
            // Otherwise a page that is repeated would have no end.
            assertThat(all).doesNotHaveDuplicates();
        }

        assertThat(all).containsExactly("o0", "o1", "o2", "o3", "o31", "o4", "o5", "o6", "p");
    }

    private List<String> page(Set<String> listed, String after) {
        return with(owners -> owners.page(listed, after, 2));
    }

    @Test
    void listsNoOtherOwnerThanThoseOfTheGrants() {
        ordered("shop", "a");
        ordered("blog", "a");

        assertThat(this.<List<String>>with(
                        owners -> owners.page(Set.of("wiki", "press"), Set.of("blog", "wiki", "unknown"), "", 10)))
                .containsExactly("blog", "wiki");
        assertThat(this.<List<String>>with(owners -> owners.page(Set.of("wiki"), Set.of("blog", "wiki"), "blog", 10)))
                .containsExactly("wiki");
    }

    @Test
    void countsCertificatesByStateAndRequestedOrders() {
        ordered("shop", "a");
        AcceptedOrder failed = ordered("shop", "b");
        AcceptedOrder renewal = ordered("shop", "c");
        parts.database.inTransaction(tx -> tx.execute(
                "UPDATE certificate_order SET requested = false WHERE id = ?",
                renewal.orderId().value()));
        parts.database.inTransaction(tx -> tx.execute("""
                UPDATE certificate_order SET state = 'FAILED', due_at = NULL, created_at = now() - interval '25 hours',
                    problem = '{"code":"internal","detail":"a test"}' WHERE id = ?""", failed.orderId().value()));

        assertThat(this.<Map<StateName, Long>>with(owners -> owners.certificates("shop")))
                .isEqualTo(Map.of(StateName.DUE, 2L, StateName.FAILED, 1L));
        assertThat(this.<Map<StateName, Long>>with(owners -> owners.certificates("blog")))
                .isEmpty();
        assertThat(this.<Long>with(owners -> owners.requestedOrders("shop", parts.clock.instant())))
                .as("in a day")
                .isEqualTo(1);
    }

    private <T> T with(Function<Owners, T> query) {
        return parts.database.inTransaction(tx -> query.apply(new Owners(tx)));
    }

    private AcceptedOrder ordered(String owner, String name) {
        return parts.accepted(
                owner + name,
                new CertificateRequested(
                        name,
                        owner,
                        List.of(new RequestedIdentifier("dns", name + "." + owner + ".example.com")),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of()));
    }
}
