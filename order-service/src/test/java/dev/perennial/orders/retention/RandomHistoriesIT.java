package dev.perennial.orders.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.orders.store.Orders;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories: what a row in use needs is kept, everything else is deleted after its time. */
class RandomHistoriesIT {
    private static final List<String> ENDED = List.of("DEPLOYED", "UNDEPLOYED", "ISSUED", "FAILED", "REHEARSED");

    private final History history = new History();

    /** By id, whether the row must be there after a pass. */
    private final Map<UUID, Boolean> orders = new HashMap<>();

    private final Map<String, Boolean> certificates = new HashMap<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void keepsWhatIsNeededAndDeletesTheRest(long seed) {
        Random random = new Random(seed);
        List<UUID> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add(certificate(random));
        }

        history.clean();

        assertThat(history.orders()).as("orders, seed %d", seed).isEqualTo(kept(orders));
        assertThat(history.certificates()).as("certificates, seed %d", seed).isEqualTo(kept(certificates));
        assertThat(history.list("""
                SELECT id FROM certificate c WHERE
                    NOT EXISTS (SELECT FROM certificate_order o WHERE o.id = c.latest_order_id AND o.latest)
                    OR c.fingerprint IS NOT NULL
                        AND NOT EXISTS (SELECT FROM issued_certificate i WHERE i.fingerprint = c.fingerprint)""", UUID.class)).isEmpty();
        history.database.inTransaction(tx -> {
            ids.forEach(
                    id -> assertThat(new Orders(tx).of(new CertificateId(id))).isNotEmpty());
            return tx;
        });
    }

    private static <T extends Comparable<T>> Set<T> kept(Map<T, Boolean> rows) {
        Set<T> kept = new TreeSet<>();
        rows.forEach((id, isKept) -> {
            if (isKept) {
                kept.add(id);
            }
        });
        return kept;
    }

    /** Orders of up to three years, about two months apart. */
    private UUID certificate(Random random) {
        UUID id = history.certificate();
        Instant over = history.daysAgo(400);
        List<UUID> own = new ArrayList<>();
        List<String> issued = new ArrayList<>();
        Map<UUID, String> certificateOf = new HashMap<>();
        Map<UUID, Instant> ends = new HashMap<>();
        Set<UUID> needed = new TreeSet<>();
        Set<String> beingRevoked = new TreeSet<>();
        int count = 1 + random.nextInt(18);
        for (int i = 0; i < count; i++) {
            Instant at = history.daysAgo((count - i) * 60.0 - random.nextInt(50));
            String state = ENDED.get(random.nextInt(ENDED.size()));
            boolean drill = random.nextInt(6) == 0;
            String purpose = state.equals("REHEARSED") ? "REHEARSAL" : "LIVE";
            if (drill) {
                purpose = "DRILL";
                state = random.nextBoolean() ? "FAILED" : "REHEARSED";
            }
            UUID order = history.order(id, purpose, state, at);
            own.add(order);
            ends.put(order, at);
            if (purpose.equals("LIVE") && !state.equals("FAILED")) {
                Instant notAfter = at.plus(Duration.ofDays(1 + random.nextInt(90)));
                String fingerprint = history.issued(id, order, notAfter);
                issued.add(fingerprint);
                certificateOf.put(order, fingerprint);
                ends.put(order, notAfter);
                if (random.nextInt(8) == 0) {
                    boolean running = random.nextBoolean();
                    history.revocation(id, fingerprint, running ? "REPLACING" : "REVOKED", "superseded");
                    if (running) {
                        beingRevoked.add(fingerprint);
                    }
                }
            }
            if (random.nextInt(10) == 0) {
                history.run(
                        "INSERT INTO unresolved_acme_order (order_id, issuer, acme_order, check_at) VALUES (:id, 'x', '{}', :at)",
                        order,
                        at);
                needed.add(order);
            }
        }
        List<UUID> candidates = history.list(
                "SELECT latest_order_id FROM certificate WHERE latest_order_id IS NOT NULL AND id = '%s'".formatted(id),
                UUID.class);
        if (candidates.isEmpty()) {
            UUID latest = history.order(id, "LIVE", "FAILED", history.now);
            own.add(latest);
            ends.put(latest, history.now);
            needed.add(latest);
        }
        needed.addAll(candidates);
        for (UUID order : own) {
            String fingerprint = certificateOf.get(order);
            boolean used = fingerprint != null
                    && (fingerprint.equals(issued.getLast())
                            || beingRevoked.contains(fingerprint)
                            || isNewest(fingerprint, certificateOf, ends));
            boolean keep = needed.contains(order) || used || ends.get(order).isAfter(over);
            orders.put(order, keep);
            if (fingerprint != null) {
                certificates.put(fingerprint, keep);
            }
        }
        return id;
    }

    /** Certificates begin 47 days before they end in these histories. */
    private static boolean isNewest(String fingerprint, Map<UUID, String> certificateOf, Map<UUID, Instant> ends) {
        Instant newest = certificateOf.keySet().stream()
                .map(ends::get)
                .max(Instant::compareTo)
                .orElseThrow();
        return certificateOf.entrySet().stream()
                .anyMatch(it -> it.getValue().equals(fingerprint)
                        && ends.get(it.getKey()).equals(newest));
    }
}
