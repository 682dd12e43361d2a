package dev.perennial.orders.replacement;

import static dev.perennial.orders.replacement.ReplacementFixture.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.parts.ServiceFixture;
import dev.perennial.orders.replacement.Replacements.Outcome;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.orders.store.Timeline;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import dev.perennial.rules.limits.Limits;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunState;
import dev.perennial.rules.replacement.RunStateMachine;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplacementIT {
    private final ReplacementFixture fixture = new ReplacementFixture();
    private ReplacementRuns runs = fixture.process();

    @Test
    void doesNothingBeforeTheApprovalOfAPlan() {
        fixture.served(3);
        long orders = orders();

        ReplacementView planned = fixture.planned(request("local", 2));
        runs.round();

        assertThat(orders()).isEqualTo(orders);
        assertThat(planned.state()).isEqualTo(RunState.PLANNED);
        assertThat(planned.plan().certificates()).isEqualTo(3);
        assertThat(planned.plan().byIssuer()).containsExactly(new ReplacementPlan.Count("local", 3));
        assertThat(planned.plan().byDomain()).containsExactly(new ReplacementPlan.Count("example.com", 3));
        assertThat(planned.plan().first())
                .extracting(ReplacementPlan.First::name)
                .containsExactly("n0", "n1", "n2");
        assertThat(planned.plan().paceMeasured()).isTrue();
        assertThat(planned.plan().warnings()).isEmpty();
    }

    @Test
    void replacesTheOthersIfSomeRowsCannotBeRead() {
        fixture.served(4);
        UUID id = fixture.approved(request("local", 4));
        execute("UPDATE replacement SET plan = '[]', pause_problem = '7'");
        execute("UPDATE replacement_item SET problem = '[]'");
        execute("UPDATE certificate SET identifiers = '{not a name}' WHERE name = 'n0'");
        runs.round();
        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(3);
        execute("UPDATE certificate_order SET key_type = 'none' WHERE latest AND name = 'n1'");

        runs.round();

        assertThat(fixture.count(id, ItemState.FAILED)).isEqualTo(1);
        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(2);
        assertThat(fixture.count(id, ItemState.WAITING)).as("postponed").isEqualTo(1);
        assertThat(fixture.report(id)).hasSize(4);
        assertThat(fixture.show(id).plan().warnings()).isNotEmpty();
    }

    @Test
    void replacesTheOthersWhileARowIsLocked() {
        List<CertificateId> served = fixture.served(3);
        UUID id = fixture.approved(request("local", 3));
        try (ServiceFixture.RowLock held =
                fixture.parts.locking("SELECT * FROM certificate WHERE id = '" + served.getFirst() + "'")) {
            runs.round();

            assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(2);
            assertThat(fixture.count(id, ItemState.WAITING)).isEqualTo(1);
        }
        execute("UPDATE replacement_item SET due_at = now() WHERE state = 'WAITING'");
        runs.round();
        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(3);
    }

    private void execute(String sql) {
        fixture.parts.database.inTransaction(tx -> tx.execute(sql));
    }

    @Test
    void replacesALimitedNumberAtATime() {
        List<CertificateId> served = fixture.served(5);
        UUID id = fixture.approved(request("local", 2));

        for (int wave : List.of(2, 2, 1)) {
            runs.round();
            runs.round();
            List<StoredOrder> inProgress = fixture.inProgress(id);
            assertThat(inProgress).hasSize(wave);
            List<String> issued = inProgress.stream().map(fixture::issue).toList();
            runs.round();
            assertThat(fixture.count(id, ItemState.IN_PROGRESS))
                    .as("issued is not proven")
                    .isEqualTo(wave);
            for (int i = 0; i < wave; i++) {
                fixture.prove(inProgress.get(i), issued.get(i));
            }
        }
        runs.round();

        assertThat(fixture.show(id).state()).isEqualTo(RunState.DONE);
        assertThat(fixture.show(id).endedAt()).isPresent();
        assertThat(orders()).isEqualTo(2 * served.size());
        assertThat(fixture.report(id)).allSatisfy(line -> {
            assertThat(line.state()).isEqualTo(ItemState.DONE);
            assertThat(line.newFingerprint()).isPresent().isNotEqualTo(line.fingerprint());
            assertThat(line.seconds()).isPresent();
            assertThat(line.csv()).startsWith((line.rank() + 1) + "," + line.name() + ",web,DONE,ab12,");
        });
        assertThat(fixture.latest(served.getFirst()).cause()).isEqualTo(OrderCause.REPLACEMENT);
        assertThat(fixture.latest(served.getFirst()).initiator()).isEqualTo(ReplacementFixture.OPERATOR);
        assertThat(timelineDetail(served.getFirst(), "renewal.started"))
                .containsEntry("replacement", id.toString())
                .containsEntry("reason", "a test");
    }

    @Test
    void releasesNothingWhilePausedAndContinuesAfterwards() {
        fixture.served(4);
        UUID id = fixture.approved(request("local", 2));
        runs.round();
        fixture.apply(id, RunStateMachine.Command.PAUSE);
        fixture.apply(id, RunStateMachine.Command.PAUSE);
        fixture.inProgress(id).forEach(fixture::deploy);

        runs.round();
        runs.round();

        assertThat(fixture.count(id, ItemState.DONE)).isEqualTo(2);
        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isZero();
        fixture.apply(id, RunStateMachine.Command.RESUME);
        runs.round();
        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(2);
        assertThat(fixture.count(id, ItemState.WAITING)).isZero();
    }

    @Test
    void finishesOrdersInProgressAfterACancellation() {
        fixture.served(3);
        UUID id = fixture.approved(request("local", 1));
        runs.round();
        fixture.apply(id, RunStateMachine.Command.CANCEL);
        runs.round();
        assertThat(fixture.show(id).endedAt()).as("one is in progress").isEmpty();
        fixture.inProgress(id).forEach(fixture::deploy);

        runs.round();

        assertThat(fixture.show(id).state()).isEqualTo(RunState.CANCELLED);
        assertThat(fixture.show(id).endedAt()).isPresent();
        assertThat(fixture.count(id, ItemState.DONE)).isEqualTo(1);
        assertThat(fixture.count(id, ItemState.WAITING)).isEqualTo(2);
        assertThat(orders()).isEqualTo(4);
    }

    /**
     * The transaction fails at the second of three items. Nothing of it remains, and the next process creates one
     * order per item.
     */
    @Test
    void createsOneOrderPerItemWhereverTheProcessEnds() {
        fixture.served(3);
        UUID id = fixture.approved(request("local", 10));
        abort("rank = 1 AND NEW.state = 'IN_PROGRESS'");
        runs.round();
        assertThat(orders()).as("all or nothing").isEqualTo(3);
        assertThat(fixture.count(id, ItemState.WAITING)).isEqualTo(3);

        recover();
        for (int i = 0; i < 3; i++) {
            runs = fixture.process();
            runs.round();
        }
        assertThat(orders()).isEqualTo(6);

        abort("rank = 1 AND NEW.state = 'DONE'");
        fixture.inProgress(id).forEach(fixture::deploy);
        runs.round();
        assertThat(fixture.count(id, ItemState.DONE)).isZero();
        recover();
        runs = fixture.process();
        runs.round();

        assertThat(fixture.count(id, ItemState.DONE)).isEqualTo(3);
        assertThat(orders()).isEqualTo(6);
    }

    @Test
    void createsOneOrderPerItemWithManyReplicas() throws Exception {
        fixture.served(6);
        UUID id = fixture.approved(request("local", 100));

        try (var replicas = Executors.newFixedThreadPool(4)) {
            List<Future<Boolean>> rounds = IntStream.range(0, 12)
                    .mapToObj(i -> replicas.submit(() -> fixture.process().round()))
                    .toList();
            for (Future<Boolean> round : rounds) {
                round.get();
            }
        }
        runs.round();

        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(6);
        assertThat(orders()).isEqualTo(12);
    }

    @Test
    void pausesAfterTooManyFailuresAndIgnoresThemAfterAResume() {
        fixture.served(6);
        UUID id = fixture.approved(request("local", 1));
        for (int i = 0; i < 2; i++) {
            runs.round();
            fixture.inProgress(id).forEach(fixture::fail);
        }
        runs.round();
        runs.round();

        ReplacementView stopped = fixture.show(id);
        assertThat(stopped.state()).isEqualTo(RunState.PAUSED);
        assertThat(stopped.pausedFor().orElseThrow().code()).isEqualTo(ErrorCode.REPLACEMENT_STOPPED);
        assertThat(fixture.parts
                        .meters
                        .counter("perennial_replacement_stops_total")
                        .count())
                .isEqualTo(1);
        assertThat(orders()).isEqualTo(8);
        assertThat(fixture.report(id).getFirst().problem().orElseThrow().detail())
                .contains("the CA refuses the order");

        fixture.apply(id, RunStateMachine.Command.RESUME);
        runs.round();

        assertThat(fixture.show(id).state()).isEqualTo(RunState.RUNNING);
        assertThat(fixture.show(id).pausedFor()).isEmpty();
        assertThat(orders()).isEqualTo(9);
    }

    @Test
    void skipsCertificatesThatWereReplacedOtherwise() {
        List<CertificateId> served = fixture.served(2);
        UUID id = fixture.planned(request("local", 10)).id();
        reorder(served.getFirst());
        fixture.deploy(fixture.latest(served.getFirst()));
        fixture.apply(id, RunStateMachine.Command.APPROVE);

        runs.round();

        assertThat(fixture.report(id)).extracting(ReportLine::state).contains(ItemState.SKIPPED, ItemState.IN_PROGRESS);
        assertThat(orders()).isEqualTo(4);
    }

    @Test
    void skipsRetiredCertificates() {
        List<CertificateId> served = fixture.served(3);
        retire(served.get(0));
        UUID id = fixture.approved(request("local", 10));
        retire(served.get(1));

        runs.round();

        assertThat(fixture.report(id))
                .extracting(ReportLine::state)
                .containsExactly(ItemState.SKIPPED, ItemState.IN_PROGRESS);
        assertThat(orders()).isEqualTo(4);
    }

    private void retire(CertificateId certificate) {
        fixture.parts.database.inTransaction(tx -> {
            new Certificates(tx).retire(certificate, "a test", fixture.parts.clock.instant());
            return certificate;
        });
    }

    @Test
    void countsAnOrderInProgressAsTheReplacement() {
        List<CertificateId> served = fixture.served(1);
        reorder(served.getFirst());
        ReplacementView planned = fixture.planned(request("local", 10));
        assertThat(planned.plan().warnings()).singleElement().asString().contains("1 have an order in progress");
        fixture.apply(planned.id(), RunStateMachine.Command.APPROVE);

        runs.round();
        fixture.deploy(fixture.latest(served.getFirst()));
        runs.round();

        assertThat(fixture.show(planned.id()).state()).isEqualTo(RunState.DONE);
        assertThat(orders()).isEqualTo(2);
    }

    @Test
    void releasesOnlyItemsWithinTheLimits() {
        fixture.served(4);
        fixture.parts.limits = new Limits(Map.of(LimitKind.REGISTERED_DOMAIN, new Limit(3, Duration.ofDays(7))));
        ReplacementView planned = fixture.planned(request("local", 10));
        // One of the three tokens is delayed by ten minutes.
        assertThat(planned.plan().durationSeconds())
                .isGreaterThan(Duration.ofDays(1).toSeconds());
        assertThat(planned.plan().waits()).singleElement().satisfies(waits -> assertThat(waits.of())
                .contains("registered domain example.com at 'local' (3 in 7 d)"));
        fixture.apply(planned.id(), RunStateMachine.Command.APPROVE);

        runs.round();
        runs.round();

        int released = fixture.count(planned.id(), ItemState.IN_PROGRESS);
        assertThat(released).isBetween(2, 3);
        assertThat(fixture.count(planned.id(), ItemState.WAITING)).isEqualTo(4 - released);
        fixture.parts.limits = Limits.NONE;
        fixture.apply(planned.id(), RunStateMachine.Command.PAUSE);
    }

    @Test
    void changesTheConcurrencyDuringTheRun() {
        fixture.served(4);
        UUID id = fixture.approved(request("local", 1));
        runs.round();

        fixture.replacements.throttle(id, 3);
        runs.round();

        assertThat(fixture.count(id, ItemState.IN_PROGRESS)).isEqualTo(3);
    }

    @Test
    void warnsAboutQuarantinedNamesFailingIssuersAndAMissedDeadline() {
        fixture.served(3);
        fixture.parts.database.inTransaction(tx -> {
            tx.execute("""
                    INSERT INTO failing_name (issuer, name, failures, failed_at, quarantined_until, problem)
                    VALUES ('local', 'n1.example.com', 5, now(), now() + interval '1 day',
                            '{"code":"challenge-failed","detail":"the CA saw nothing"}')""");
            return tx.execute("""
                    INSERT INTO failing_issuer (issuer, step, since, last_at, failures, probes, probe_at, problem)
                    VALUES ('local', 'PLACING', now(), now(), 9, 0, now(),
                            '{"code":"ca-unavailable","detail":"HTTP 503"}')""");
        });
        PlanRequest late = new PlanRequest(
                ReplacementFixture.at("local"), null, null, Optional.of(fixture.parts.clock.instant()), false, null);

        assertThat(fixture.planned(late).plan().warnings())
                .satisfiesExactly(
                        quarantine -> assertThat(quarantine).contains("1 have a name in quarantine"),
                        down -> assertThat(down).contains("issuers that are down: local"),
                        deadline -> assertThat(deadline).contains("3 will not be replaced by"));
    }

    @Test
    void refusesImpossiblePlansAndCommands() {
        assertThat(fixture.replacements.plan(request("local", 1), ReplacementFixture.OPERATOR))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        no -> assertThat(no.problem().detail()).contains("no current certificate matches"));
        fixture.served(2);
        UUID id = fixture.planned(request("local", 1)).id();
        assertThat(fixture.replacements.apply(id, RunStateMachine.Command.RESUME))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        no -> assertThat(no.problem().code()).isEqualTo(ErrorCode.REPLACEMENT_CONFLICT));
        assertThat(fixture.replacements.apply(UUID.randomUUID(), RunStateMachine.Command.APPROVE))
                .isInstanceOf(Outcome.Unknown.class);
    }

    @Test
    void refusesExpiredAndTooLargePlans() {
        ReplacementFixture old = new ReplacementFixture(new ReplacementFixture.Settings(1, Duration.ofSeconds(-1)));
        old.served("only", "local", Map.of());
        UUID id = old.planned(request("local", 1)).id();
        assertThat(old.replacements.apply(id, RunStateMachine.Command.APPROVE))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        no -> assertThat(no.problem().detail()).contains("has expired"));
        old.served("second", "local", Map.of());

        assertThat(old.replacements.plan(request("local", 1), ReplacementFixture.OPERATOR))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        no -> assertThat(no.problem().code()).isEqualTo(ErrorCode.TOO_LARGE));
    }

    private void reorder(CertificateId certificate) {
        fixture.parts.database.<FollowUpOrders.Outcome>inTransaction(tx -> new FollowUpOrders(tx)
                .order(
                        certificate,
                        OrderCause.RENEWAL_REQUESTED,
                        Map.of(),
                        Outbox.SYSTEM,
                        fixture.parts.clock.instant()));
    }

    private long orders() {
        return fixture.parts.count("certificate_order");
    }

    private Map<String, Object> timelineDetail(CertificateId certificate, String entry) {
        return fixture.parts.database.inTransaction(tx -> new Timeline(tx).of(certificate)).stream()
                .filter(line -> line.entry().equals(entry))
                .findFirst()
                .orElseThrow()
                .detail();
    }

    /** Lets the database abort a transaction that writes such an item, as at the end of a process. */
    private void abort(String when) {
        fixture.parts.database.inTransaction(tx -> {
            tx.execute("""
                    CREATE FUNCTION abort() RETURNS trigger LANGUAGE plpgsql AS
                    $$ BEGIN IF NEW.%s THEN RAISE EXCEPTION 'aborted'; END IF; RETURN NEW; END $$""".formatted(when));
            return tx.execute(
                    "CREATE TRIGGER abort BEFORE UPDATE ON replacement_item FOR EACH ROW EXECUTE FUNCTION abort()");
        });
    }

    private void recover() {
        fixture.parts.database.inTransaction(tx -> tx.execute("DROP FUNCTION abort CASCADE"));
    }
}
