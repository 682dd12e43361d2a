package dev.perennial.orders.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.Identifier;
import dev.perennial.events.Problem;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.store.Certificate;
import dev.perennial.orders.store.Orders;
import dev.perennial.orders.store.StateName;
import dev.perennial.orders.submission.AcceptedOrder;
import dev.perennial.rules.access.AccessRules;
import dev.perennial.rules.access.Action;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Principal;
import dev.perennial.rules.access.Role;
import dev.perennial.rules.lifecycle.OrderState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InventoryIT {
    private static final Instant NOON = Instant.parse("2027-01-31T12:00:00Z");

    private final ServiceFixture parts = new ServiceFixture();

    @Test
    void findsCertificatesByEachAndByAllCriteria() {
        order("shop", "web", "shop.example.com");
        order("shop", "mail", "shop.mail.example.com");
        order("relay", "mail", "relay.example.com");
        parts.database.inTransaction(
                tx -> tx.execute("UPDATE certificate SET identifiers = '{*.mail.example.com}' WHERE name = 'relay'"));

        assertThat(names(owner("mail"))).containsExactly("shop", "relay");
        assertThat(names(nameContains("HO"))).containsExactly("shop", "shop");
        assertThat(names(covers("a.mail.example.com"))).containsExactly("relay");
        assertThat(names(covers("shop.mail.example.com"))).containsExactly("shop", "relay");
        assertThat(names(covers("deep.a.mail.example.com"))).isEmpty();
        assertThat(names(new InventoryQuery(
                        Optional.of("shop"),
                        Optional.of("sho"),
                        Optional.of("web"),
                        Optional.of(StateName.DUE),
                        Optional.of(Identifier.of("shop.example.com")),
                        Optional.empty(),
                        Optional.empty(),
                        10,
                        List.of(Grant.everywhere(Role.VIEWER)))))
                .containsExactly("shop");
    }

    /** The same certificates as by {@link AccessRules#authorize}. */
    @Test
    void listsTheCertificatesThatAGrantCovers() {
        for (String owner : List.of("web", "mail")) {
            for (String name : List.of("shop", "a_b", "axb", "a.b", "test-1", "test")) {
                order(name, owner, name.replace('_', '-') + "." + owner + ".example.com");
            }
        }
        parts.database.inTransaction(tx -> tx.execute("UPDATE certificate SET issuer = 'staging' WHERE name = 'axb'"));
        List<List<Grant>> all = List.of(
                List.of(),
                List.of(Grant.everywhere(Role.VIEWER)),
                List.of(Grant.forOwner(Role.VIEWER, "web")),
                List.of(grant(Set.of("*"), Set.of("a_b"), Set.of("*"))),
                List.of(grant(Set.of("mail"), Set.of("test-*", "*o*"), Set.of("*"))),
                List.of(grant(Set.of("web"), Set.of("*"), Set.of("staging"))),
                List.of(grant(Set.of("web"), Set.of("t*t"), Set.of("local")), Grant.forOwner(Role.VIEWER, "mail")));

        for (List<Grant> grants : all) {
            Principal principal = new Principal("token:reader", grants);
            List<String> covered = certificates(InventoryQuery.all(100)).stream()
                    .filter(certificate -> AccessRules.authorize(
                                    principal, Action.CERTIFICATE_READ, certificate.resource())
                            .isAllowed())
                    .map(certificate -> certificate.id().toString())
                    .toList();

            assertThat(certificates(readable(grants)))
                    .as(grants.toString())
                    .extracting(certificate -> certificate.id().toString())
                    .containsExactlyElementsOf(covered);
        }
    }

    private static Grant grant(Set<String> owners, Set<String> names, Set<String> issuers) {
        return new Grant(Role.VIEWER, owners, names, issuers);
    }

    private static InventoryQuery readable(List<Grant> grants) {
        InventoryQuery all = InventoryQuery.all(100);
        return new InventoryQuery(
                all.name(),
                all.nameContains(),
                all.owner(),
                all.state(),
                all.covers(),
                all.expiresBefore(),
                all.after(),
                all.limit(),
                grants);
    }

    private List<Certificate> certificates(InventoryQuery query) {
        return parts.database.inTransaction(tx -> new Inventory(tx).find(query)).stream()
                .map(Inventory.Listed::certificate)
                .toList();
    }

    @Test
    void matchesPartsOfNamesLiterally() {
        order("a_b", "web", "a.example.com");
        order("axb", "web", "b.example.com");

        assertThat(names(nameContains("a_b"))).containsExactly("a_b");
        assertThat(names(nameContains("%"))).isEmpty();
        assertThat(names(nameContains("\\"))).isEmpty();
    }

    @Test
    void findsCertificatesByTheStateOfTheirLatestOrder() {
        AcceptedOrder first = order("shop", "web", "shop.example.com");
        parts.database.inTransaction(tx -> {
            new Orders(tx)
                    .move(
                            first.orderId(),
                            new OrderState.Failed(1, Problem.of(ErrorCode.CA_REFUSED, "no")),
                            parts.clock.instant());
            return true;
        });
        assertThat(names(state(StateName.FAILED))).containsExactly("shop");

        order("shop", "web", "shop.example.com");

        assertThat(names(state(StateName.FAILED))).isEmpty();
        assertThat(names(state(StateName.DUE))).containsExactly("shop");
        assertThat(names(InventoryQuery.all(10))).containsExactly("shop");
        Map<StateName, Long> counts = parts.database.inTransaction(tx -> new Orders(tx).count());
        assertThat(counts).containsEntry(StateName.DUE, 1L).containsEntry(StateName.FAILED, 0L);
    }

    @Test
    void pagesByExpiryWithoutGapsOrDuplicates() {
        order("never", "web", "never.example.com");
        for (int i = 0; i < 7; i++) {
            order("c" + i, "web", "c" + i + ".example.com");
            // Several at the same moment, the later ones first.
            expires("c" + i, NOON.minus(Duration.ofDays(i / 3)));
        }

        List<String> all = new ArrayList<>();
        Optional<Position> after = Optional.empty();
        do {
            InventoryQuery query = expiresBefore(NOON.plusSeconds(1), after, 2);
            List<Inventory.Listed> page = find(query);
            page.forEach(row -> all.add(row.certificate().name()));
            after = page.size() < 2
                    ? Optional.empty()
                    : Optional.of(query.end(page.getLast().certificate()));
        } while (after.isPresent());

        assertThat(all).containsExactly("c6", "c3", "c4", "c5", "c0", "c1", "c2");
    }

    private AcceptedOrder order(String name, String owner, String dnsName) {
        return parts.accepted(
                name + owner + parts.count("certificate_order"),
                new CertificateRequested(
                        name,
                        owner,
                        List.of(new RequestedIdentifier("dns", dnsName)),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        Map.of()));
    }

    private void expires(String name, Instant notAfter) {
        parts.database.inTransaction(tx -> tx.createUpdate("""
                        UPDATE certificate SET serial = 's', fingerprint = 'f', not_before = :notAfter, not_after = :notAfter,
                            vault_path = 'p', vault_version = 1 WHERE name = :name""")
                .bind("notAfter", notAfter.atOffset(java.time.ZoneOffset.UTC))
                .bind("name", name)
                .execute());
    }

    private List<Inventory.Listed> find(InventoryQuery query) {
        return parts.database.inTransaction(tx -> new Inventory(tx).find(query));
    }

    private List<String> names(InventoryQuery query) {
        return find(query).stream().map(row -> row.certificate().name()).toList();
    }

    private static InventoryQuery owner(String owner) {
        return question(Optional.empty(), Optional.of(owner), Optional.empty(), Optional.empty());
    }

    private static InventoryQuery nameContains(String part) {
        return question(Optional.of(part), Optional.empty(), Optional.empty(), Optional.empty());
    }

    private static InventoryQuery state(StateName state) {
        return question(Optional.empty(), Optional.empty(), Optional.of(state), Optional.empty());
    }

    private static InventoryQuery covers(String name) {
        return question(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(name));
    }

    private static InventoryQuery question(
            Optional<String> part, Optional<String> owner, Optional<StateName> state, Optional<String> covers) {
        return new InventoryQuery(
                Optional.empty(),
                part,
                owner,
                state,
                covers.map(Identifier::of),
                Optional.empty(),
                Optional.empty(),
                10,
                List.of(Grant.everywhere(Role.VIEWER)));
    }

    private static InventoryQuery expiresBefore(Instant time, Optional<Position> after, int limit) {
        return new InventoryQuery(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(time),
                after,
                limit,
                List.of(Grant.everywhere(Role.VIEWER)));
    }
}
