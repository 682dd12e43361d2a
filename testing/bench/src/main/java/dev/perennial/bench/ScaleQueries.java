package dev.perennial.bench;

import dev.perennial.events.CertificateId;
import dev.perennial.events.Identifier;
import dev.perennial.orders.inventory.InventoryQuery;
import dev.perennial.orders.inventory.InventoryQuery.Position;
import dev.perennial.orders.store.StateName;
import dev.perennial.rules.access.Grant;
import dev.perennial.rules.access.Role;
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
 * Typical queries of the inventory: each criterion alone and combined, with many, few and no matches.
 *
 * @param rows number of certificates that {@code scale-rows.sql} has inserted
 */
record ScaleQueries(int rows) {
    private static final int PAGE = 50;

    /** By title. The owners have 1/4, 1/20, 1/500 and 1/1000 of all certificates, and none. */
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
                List.of(query(null, name(rows / 2), null, null, null), query(null, "unknown", null, null, null)));
        all.put(
                "list by owner",
                owners.stream().map(it -> query(it, null, null, null, null)).toList());
        all.put(
                "list by state",
                states.stream().map(it -> query(null, null, it, null, null)).toList());
        all.put(
                "list by expiry",
                times.stream().map(it -> query(null, null, null, it, null)).toList());
        all.put(
                "search by identifier",
                covered.stream().map(it -> query(null, null, null, null, it)).toList());
        all.put(
                "search by part of the name",
                parts.stream().map(it -> part(null, it, null)).toList());
        all.put("part of the name + owner", combine(owners, parts, (owner, it) -> part(owner, it, null)));
        all.put("part of the name + state", combine(states, parts, (state, it) -> part(null, it, state)));
        all.put("owner + state", combine(owners, states, (owner, it) -> query(owner, null, it, null, null)));
        all.put("owner + expiry", combine(owners, times, (owner, it) -> query(owner, null, null, it, null)));
        all.put("state + expiry", combine(states, times, (state, it) -> query(null, null, state, it, null)));
        all.put(
                "owner + state + expiry",
                combine(owners, states, (owner, it) -> query(owner, null, it, times.get(it.ordinal() % 5), null)));
        return all;
    }

    private static <A, B> List<InventoryQuery> combine(
            List<A> first, List<B> second, BiFunction<A, B, InventoryQuery> combination) {
        List<InventoryQuery> all = new ArrayList<>();
        for (A one : first) {
            second.forEach(other -> all.add(combination.apply(one, other)));
        }
        return all;
    }

    private static InventoryQuery query(
            String owner, String name, StateName state, Instant expires, Identifier covers) {
        return new InventoryQuery(
                Optional.ofNullable(name),
                Optional.empty(),
                Optional.ofNullable(owner),
                Optional.ofNullable(state),
                Optional.ofNullable(covers),
                Optional.ofNullable(expires),
                Optional.empty(),
                PAGE,
                List.of(Grant.everywhere(Role.VIEWER)));
    }

    private static InventoryQuery part(String owner, String part, StateName state) {
        InventoryQuery others = query(owner, null, state, null, null);
        return new InventoryQuery(
                others.name(),
                Optional.of(part),
                others.owner(),
                others.state(),
                others.covers(),
                others.expiresBefore(),
                others.after(),
                others.limit(),
                List.of(Grant.everywhere(Role.VIEWER)));
    }

    /** The page that begins after the position. */
    static InventoryQuery after(InventoryQuery query, Position position) {
        return new InventoryQuery(
                query.name(),
                query.nameContains(),
                query.owner(),
                query.state(),
                query.covers(),
                query.expiresBefore(),
                Optional.of(position),
                query.limit(),
                List.of(Grant.everywhere(Role.VIEWER)));
    }

    private static Instant inDays(double days) {
        return Instant.now().plusSeconds((long) (days * 86_400));
    }

    /** The name that {@code scale-rows.sql} gives to a certificate. */
    private static String name(int i) {
        return List.of("shop", "api", "www", "mail", "login", "cdn", "search", "ledger")
                        .get(i % 8) + "-" + i;
    }

    private static Identifier identifier(int i) {
        return Identifier.dns("www." + name(i) + ".example-" + i % 50_000 + ".com");
    }

    /** Positions spread over all certificates. */
    List<Position> positions(Handle tx) {
        List<Position> positions = new ArrayList<>();
        for (int part = 1; part < 10; part += 2) {
            positions.add(new Position(
                    Optional.empty(),
                    new CertificateId(tx.createQuery("SELECT id FROM certificate ORDER BY id OFFSET :n LIMIT 1")
                            .bind("n", (long) rows * part / 10)
                            .mapTo(UUID.class)
                            .one())));
        }
        return positions;
    }
}
