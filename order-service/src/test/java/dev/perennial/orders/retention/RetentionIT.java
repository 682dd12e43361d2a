package dev.perennial.orders.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.database.Columns;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionIT {
    private final History history = new History();
    private final UUID certificate = history.certificate();

    @Test
    void deletesACertificateWithItsOrderAfterItsTimeAndNotBefore() {
        String over = history.renewal(certificate, history.daysAgo(400.1));
        String kept = history.renewal(certificate, history.daysAgo(399.9));
        String current = history.renewal(certificate, history.daysAgo(-20));
        history.revocation(certificate, over, "REVOKED", "superseded");

        history.clean();

        assertThat(history.certificates())
                .containsExactlyInAnyOrder(kept, current)
                .doesNotContain(over);
        assertThat(history.list("SELECT fingerprint FROM certificate_status", String.class))
                .containsExactlyInAnyOrder(kept, current);
        assertThat(history.list("SELECT issued_fingerprint FROM certificate_order", String.class))
                .containsExactlyInAnyOrder(kept, current);
        assertThat(history.list("SELECT order_id FROM deployment", UUID.class)).hasSize(2);
        assertThat(history.list("SELECT fingerprint FROM revocation", String.class))
                .isEmpty();
        assertThat(history.deleted("issued_certificate")).isEqualTo(1);
        assertThat(history.deleted("certificate_order")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REPLACING", "DUE", "ORDERED"})
    void keepsACertificateWhoseRevocationHasNotEnded(String state) {
        String old = history.renewal(certificate, history.daysAgo(500));
        history.renewal(certificate, history.daysAgo(-20));
        history.revocation(certificate, old, state, "superseded");

        history.clean();

        assertThat(history.certificates()).contains(old);
    }

    @Test
    void deletesAnApprovalAfterItsTimeAndNeverOneThatWaits() {
        approval("withdrawn", "WITHDRAWN", history.daysAgo(7.1));
        approval("expired", "EXPIRED", history.daysAgo(7.1));
        approval("withdrawn lately", "WITHDRAWN", history.daysAgo(6.9));
        approval("over", "REJECTED", history.daysAgo(400.1));
        approval("kept", "APPROVED", history.daysAgo(399.9));
        approval("waiting", "WAITING", history.daysAgo(500));

        history.clean();

        assertThat(history.list("SELECT digest FROM approval", String.class))
                .containsExactlyInAnyOrder("kept", "waiting", "withdrawn lately");
        assertThat(history.deleted("approval")).isEqualTo(3);
    }

    private void approval(String digest, String state, Instant at) {
        history.database.inTransaction(tx -> tx.createUpdate("""
                INSERT INTO approval (id, action, requester, grants, configured_grants, memberships, interface, payload, effects, digest, answered,
                    required_role, rule, state, created_at, expires_at, decided_at)
                VALUES (gen_random_uuid(), 'policy:change', 'user:a', '[]', '[]', '[]', 'REST', '{}', '[]', :digest, true, 'ADMIN', 'r', :state,
                    :at, :at, CASE WHEN :state = 'WAITING' THEN NULL ELSE CAST(:at AS timestamptz) END)""")
                .bind("digest", digest)
                .bind("state", state)
                .bind("at", Columns.at(at))
                .execute());
    }

    @Test
    void keepsTheCurrentCertificateAndItsOrderAlthoughTheyAreOld() {
        String current = history.renewal(certificate, history.daysAgo(900));
        UUID order = history.order(certificate, "LIVE", "FAILED", history.daysAgo(800));
        UUID latest = history.order(certificate, "LIVE", "FAILED", history.daysAgo(700));

        history.clean();

        assertThat(history.certificates()).containsExactly(current);
        assertThat(history.orders()).hasSize(2).contains(latest).doesNotContain(order);
    }

    @Test
    void keepsTheNewestCertificateAlthoughAnotherOneIsCurrent() {
        String current = history.renewal(certificate, history.daysAgo(500));
        String newest = history.renewal(certificate, history.daysAgo(450));
        history.run(
                "UPDATE certificate SET fingerprint = '%s' WHERE id = :id".formatted(current),
                certificate,
                history.now);
        history.order(certificate, "LIVE", "FAILED", history.now);

        history.clean();

        assertThat(history.certificates()).containsExactlyInAnyOrder(current, newest);
    }

    @Test
    void keepsOrdersThatARowInUseNeeds() {
        UUID unresolved = history.order(certificate, "LIVE", "FAILED", history.daysAgo(900));
        UUID left = history.order(certificate, "LIVE", "FAILED", history.daysAgo(900));
        UUID awaited = history.order(certificate, "DRILL", "FAILED", history.daysAgo(900));
        UUID over = history.order(certificate, "DRILL", "REHEARSED", history.daysAgo(900));
        UUID inFlight = history.order(certificate, "DRILL", "ISSUED", history.daysAgo(900));
        history.order(certificate, "LIVE", "DUE", history.daysAgo(900));
        history.run("UPDATE certificate_order SET unresolved_issuer = 'other' WHERE id = :id", unresolved, history.now);
        history.run(
                "INSERT INTO unresolved_acme_order (order_id, issuer, acme_order, check_at) VALUES (:id, 'other', '{}', :at)",
                left,
                history.now);
        history.replacement("RUNNING", history.daysAgo(900), null, certificate, 1);
        history.run("UPDATE replacement_item SET order_id = :id, state = 'RETRYING'", awaited, history.now);

        history.clean();

        assertThat(history.orders())
                .hasSize(5)
                .contains(unresolved, left, awaited, inFlight)
                .doesNotContain(over);
    }

    @Test
    void keepsAnOrderWithACertificateThatIsKept() {
        UUID order = history.order(certificate, "LIVE", "DEPLOYED", history.daysAgo(900));
        String over = history.issued(certificate, order, history.daysAgo(850));
        String kept = history.issued(certificate, order, history.daysAgo(300));
        history.order(certificate, "LIVE", "FAILED", history.now);

        history.clean();

        assertThat(history.certificates()).containsExactly(kept).doesNotContain(over);
        assertThat(history.orders()).contains(order);
    }

    @Test
    void deletesEndedReplacementsInParts() {
        UUID over = history.replacement("DONE", history.daysAgo(500), history.daysAgo(401), certificate, 1_300);
        UUID cancelled = history.replacement("CANCELLED", history.daysAgo(500), history.daysAgo(401), certificate, 0);
        UUID kept = history.replacement("DONE", history.daysAgo(500), history.daysAgo(399), certificate, 3);
        UUID paused = history.replacement("PAUSED", history.daysAgo(900), null, certificate, 3);
        UUID expired = history.replacement("PLANNED", history.daysAgo(31), null, certificate, 500);
        UUID planned = history.replacement("PLANNED", history.daysAgo(29), null, certificate, 3);

        history.clean();

        assertThat(history.list("SELECT id FROM replacement", UUID.class))
                .containsExactlyInAnyOrder(kept, paused, planned)
                .doesNotContain(over, cancelled, expired);
        assertThat(history.deleted("replacement_item")).isEqualTo(1_800);
        assertThat(history.list("SELECT rank FROM replacement_item", Integer.class))
                .hasSize(9);
    }

    @Test
    void deletesBucketsAndNamesThatHaveNoEffectAnyMore() {
        history.database.inTransaction(tx -> {
            bucket(tx, "full", history.daysAgo(31), Instant.EPOCH);
            bucket(tx, "filling", history.daysAgo(29), Instant.EPOCH);
            bucket(tx, "closed", history.daysAgo(90), history.daysAgo(-1));
            name(tx, "old", history.daysAgo(90), history.daysAgo(31));
            name(tx, "recent", history.daysAgo(29), null);
            name(tx, "quarantined", history.daysAgo(90), history.daysAgo(-1));
            return tx;
        });

        history.clean();

        assertThat(history.list("SELECT id FROM rate_limit_bucket ORDER BY id", String.class))
                .containsExactly("closed", "filling");
        assertThat(history.list("SELECT name FROM failing_name ORDER BY name", String.class))
                .containsExactly("quarantined", "recent");
    }

    private static void bucket(Handle tx, String id, Instant arrival, Instant closedUntil) {
        tx.createUpdate("""
                INSERT INTO rate_limit_bucket (id, issuer, kind, subject, arrival, closed_until)
                VALUES (:id, 'local', 'ORDERS', 's', :arrival, :closedUntil)""")
                .bind("id", id)
                .bind("arrival", Columns.at(arrival))
                .bind("closedUntil", Columns.at(closedUntil))
                .execute();
    }

    private static void name(Handle tx, String name, Instant failedAt, Instant quarantinedUntil) {
        tx.createUpdate("""
                INSERT INTO failing_name (issuer, name, failures, failed_at, quarantined_until, problem)
                VALUES ('local', :name, 5, :failedAt, :until, '{}')""")
                .bind("name", name)
                .bind("failedAt", Columns.at(failedAt))
                .bind("until", quarantinedUntil == null ? null : Columns.at(quarantinedUntil))
                .execute();
    }

    @Test
    void deletesNothingBecauseOfAClockThatIsAhead() {
        history.renewal(certificate, history.daysAgo(300));
        history.renewal(certificate, history.daysAgo(-20));
        history.entry(certificate, history.daysAgo(300), "order.placed");

        History.finish(history.pass(Clock.offset(Clock.systemUTC(), Duration.ofDays(1_000))));

        assertThat(history.certificates()).hasSize(2);
        assertThat(history.list("SELECT entry FROM timeline", String.class)).hasSize(1);
    }

    @Test
    void continuesAfterACrash() {
        List<String> kept = many(700);
        RetentionPass crashed = history.pass();
        while (history.deleted("issued_certificate") == 0) {
            crashed.batch();
        }
        assertThat(history.certificates()).hasSizeGreaterThan(kept.size());

        history.clean();

        assertThat(history.certificates()).containsExactlyInAnyOrderElementsOf(kept);
    }

    @Test
    void deletesEachRowOnceIfTwoReplicasRun() {
        List<String> kept = many(1_500);
        List<CompletableFuture<Void>> replicas = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            RetentionPass pass = history.pass();
            replicas.add(CompletableFuture.runAsync(() -> History.finish(pass)));
        }

        assertThat(replicas).allSatisfy(it -> assertThat(it).succeedsWithin(60, TimeUnit.SECONDS));
        // A row that the other replica had locked, and then did not delete, is left to the next pass.
        history.clean();

        assertThat(history.certificates()).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(history.deleted("issued_certificate")).isEqualTo(1_500);
        assertThat(history.deleted("certificate_order")).isEqualTo(1_500);
    }

    /** Certificates with one renewal each that is over; returns the fingerprints of those in use. */
    private List<String> many(int count) {
        List<String> kept = new ArrayList<>();
        for (int i = 0; i < count; i += 5) {
            UUID id = history.certificate();
            for (int renewal = 0; renewal < 5; renewal++) {
                history.renewal(id, history.daysAgo(700 - renewal));
            }
            kept.add(history.renewal(id, history.daysAgo(-20)));
        }
        return kept;
    }

    @Test
    void leavesOutLockedRowsUntilTheNextPass() {
        String lockedCertificate = history.renewal(certificate, history.daysAgo(600));
        String lockedOrder = history.renewal(certificate, history.daysAgo(590));
        String lockedStatus = history.renewal(certificate, history.daysAgo(580));
        history.renewal(certificate, history.daysAgo(570));
        String current = history.renewal(certificate, history.daysAgo(-20));

        try (Handle other = history.database.open()) {
            other.begin();
            other.execute("SELECT 1 FROM issued_certificate WHERE fingerprint = ? FOR UPDATE", lockedCertificate);
            other.execute("SELECT 1 FROM certificate_order WHERE issued_fingerprint = ? FOR UPDATE", lockedOrder);
            other.execute("SELECT 1 FROM certificate_status WHERE fingerprint = ? FOR UPDATE", lockedStatus);
            history.clean();
            other.rollback();
        }

        assertThat(history.certificates())
                .containsExactlyInAnyOrder(lockedCertificate, lockedOrder, lockedStatus, current);
        history.clean();
        assertThat(history.certificates()).containsExactly(current);
    }

    @Test
    void passesOverARowThatCannotBeDeleted() {
        String bad = history.renewal(certificate, history.daysAgo(600));
        history.renewal(certificate, history.daysAgo(590));
        history.renewal(certificate, history.daysAgo(580));
        String current = history.renewal(certificate, history.daysAgo(-20));
        UUID badOrder = history.order(certificate, "DRILL", "FAILED", history.daysAgo(500));
        UUID order = history.order(certificate, "DRILL", "FAILED", history.daysAgo(490));
        history.database.inTransaction(tx -> {
            tx.execute(
                    "CREATE TABLE note (fingerprint text REFERENCES issued_certificate, id uuid REFERENCES certificate_order)");
            return tx.execute("INSERT INTO note VALUES (?, ?)", bad, badOrder);
        });

        history.clean();

        assertThat(history.certificates()).containsExactlyInAnyOrder(bad, current);
        assertThat(history.orders()).contains(badOrder).doesNotContain(order);
        assertThat(history.meters.find("perennial_undeletable_rows_total").counters())
                .hasSize(2)
                .allSatisfy(it -> assertThat(it.count()).isEqualTo(1));
    }
}
