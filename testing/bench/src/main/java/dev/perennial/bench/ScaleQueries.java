package dev.perennial.bench;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import dev.perennial.orders.store.StateName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import org.jdbi.v3.core.Handle;

/**
 * What people ask of the inventory, alone and together: for much and for little, for what is there and for what is not.
 *
 * @param rows certificates, as {@code scale-rows.sql} makes them
 */
record ScaleQueries(int rows) {
    private static final int PAGE = 50;

    /** Owners with a quarter, a twentieth, a five-hundredth and a thousandth of all, and one that nobody knows. */
    Map<String, List<InventoryQuery>> all() {
        List<String> owners = List.of("team-000", "team-001", "team-060", "team-199", "team-x");
        List<StateName> states = List.of(StateName.values());
        List<Instant> times = List.of(inDays(0.01), inDays(1), inDays(7), inDays(30), inDays(90));
        List<Identifier> covered =
                List.of(identifier(rows / 2), identifier(rows), Identifier.dns("unknown.example.org"));
        List<String> parts = List.of("shop", "er-777", name(rows / 2).substring(3), "777", "zebra");
        Map<String, List<InventoryQuery>> all = new LinkedHashMap<>();
        all.put("list, all", List.of(InventoryQuery.all(PAGE)));
        all.put(
                "list by name",
                List.of(ask(null, name(rows / 2), null, null, null), ask(null, "nobody", null, null, null)));
        all.put(
                "list by owner",
                owners.stream().map(it -> ask(it, null, null, null, null)).toList());
        all.put(
                "list by state",
                states.stream().map(it -> ask(null, null, it, null, null)).toList());
        all.put(
                "list by expiry",
                times.stream().map(it -> ask(null, null, null, it, null)).toList());
        all.put(
                "search by identifier",
                covered.stream().map(it -> ask(null, null, null, null, it)).toList());
        all.put(
                "search by part of the name",
                parts.stream().map(it -> part(null, it, null)).toList());
        all.put("part of the name + owner", pairs(owners, parts, (owner, it) -> part(owner, it, null)));
        all.put("part of the name + state", pairs(states, parts, (state, it) -> part(null, it, state)));
        all.put("owner + state", pairs(owners, states, (owner, it) -> ask(owner, null, it, null, null)));
        all.put("owner + expiry", pairs(owners, times, (owner, it) -> ask(owner, null, null, it, null)));
        all.put("state + expiry", pairs(states, times, (state, it) -> ask(null, null, state, it, null)));
        all.put(
                "owner + state + expiry",
                pairs(owners, states, (owner, it) -> ask(owner, null, it, times.get(it.ordinal() % 5), null)));
        return all;
    }

    private static <A, B> List<InventoryQuery> pairs(
            List<A> some, List<B> others, BiFunction<A, B, InventoryQuery> query) {
        List<InventoryQuery> all = new ArrayList<>();
        for (A one : some) {
            others.forEach(other -> all.add(query.apply(one, other)));
        }
        return all;
    }

    private static InventoryQuery ask(String owner, String name, StateName state, Instant expires, Identifier covers) {
        return new InventoryQuery(
                Optional.ofNullable(name),
                Optional.empty(),
                Optional.ofNullable(owner),
                Optional.ofNullable(state),
                Optional.ofNullable(covers),
                Optional.ofNullable(expires),
                Optional.empty(),
                PAGE);
    }

    private static InventoryQuery part(String owner, String part, StateName state) {
        InventoryQuery others = ask(owner, null, state, null, null);
        return new InventoryQuery(
                others.name(),
                Optional.of(part),
                others.owner(),
                others.state(),
                others.covers(),
                others.expiresBefore(),
                others.after(),
                others.limit());
    }

    /** The page that begins there. */
    static InventoryQuery after(InventoryQuery query, Position place) {
        return new InventoryQuery(
                query.name(),
                query.nameContains(),
                query.owner(),
                query.state(),
                query.covers(),
                query.expiresBefore(),
                Optional.of(place),
                query.limit());
    }

    private static Instant inDays(double days) {
        return Instant.now().plusSeconds((long) (days * 86_400));
    }

    /** As {@code scale-rows.sql} makes them. */
    private static String name(int i) {
        return List.of("shop", "api", "www", "mail", "login", "cdn", "search", "ledger")
                        .get(i % 8) + "-" + i;
    }

    private static Identifier identifier(int i) {
        return Identifier.dns("www." + name(i) + ".example-" + i % 50_000 + ".com");
    }

    /** Here and there among all of them. */
    List<Position> places(Handle tx) {
        List<Position> places = new ArrayList<>();
        for (int part = 1; part < 10; part += 2) {
            places.add(new Position(
                    Optional.empty(),
                    new CertificateId(tx.createQuery("SELECT id FROM certificate ORDER BY id OFFSET :n LIMIT 1")
                            .bind("n", (long) rows * part / 10)
                            .mapTo(UUID.class)
                            .one())));
        }
        return places;
    }
}
