package dev.perennial.orders.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.messaging.Outbox;
import dev.perennial.orders.order.FollowUpOrders;
import dev.perennial.orders.replacement.Replacements.Outcome;
import dev.perennial.orders.store.Certificates;
import dev.perennial.orders.store.StoredOrder;
import dev.perennial.rules.lifecycle.OrderCause;
import dev.perennial.rules.lifecycle.OrderPurpose;
import dev.perennial.rules.replacement.ItemState;
import dev.perennial.rules.replacement.RunState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrillIT {
    private final ReplacementFixture fixture = new ReplacementFixture();
    private final ReplacementRuns runs = fixture.process();

    @Test
    void drillsAtTheRehearsalIssuerWithoutLiveChanges() {
        List<CertificateId> served = served(4);
        List<Object> before = served.stream().map(this::certificate).toList();
        UUID id = fixture.approved(drill(Optional.of(2)));
        runs.round();

        List<StoredOrder> drills = fixture.inProgress(id);
        assertThat(drills).hasSize(2).allSatisfy(order -> {
            assertThat(order.purpose()).isEqualTo(OrderPurpose.DRILL);
            assertThat(order.issuer()).isEqualTo("staging");
        });
        drills.forEach(fixture::rehearse);
        runs.round();

        ReplacementView ended = fixture.show(id);
        assertThat(ended.state()).isEqualTo(RunState.DONE);
        assertThat(ended.progress().items()).containsEntry(ItemState.DONE, 2).containsEntry(ItemState.NOT_SAMPLED, 2);
        assertThat(ended.drillResult().orElseThrow().drilled()).isEqualTo(2);
        assertThat(ended.drillResult().orElseThrow().selected()).isEqualTo(4);
        assertThat(served.stream().map(this::certificate))
                .as("latest order and current certificate")
                .isEqualTo(before);
        assertThat(live()).as("nothing went live").isEqualTo(4);
        assertThat(fixture.parts.facts()).filteredOn("order.rehearsed"::equals).hasSize(4 + 2);
    }

    @Test
    void endsADrillAtItsFirstFailure() {
        served(1);
        UUID id = fixture.approved(drill(Optional.empty()));
        runs.round();
        fixture.inProgress(id).forEach(fixture::fail);

        runs.round();

        assertThat(fixture.show(id).state()).isEqualTo(RunState.DONE);
        assertThat(fixture.show(id).drillResult()).isEmpty();
        assertThat(fixture.report(id).getFirst().problem().orElseThrow().detail())
                .contains("the rehearsal at 'staging' was refused, 'production' was not contacted");
    }

    @Test
    void doesNotBlockARenewal() {
        CertificateId served = served(1).getFirst();
        UUID id = fixture.approved(drill(Optional.empty()));
        runs.round();

        FollowUpOrders.Outcome renewal = fixture.parts.database.inTransaction(tx -> new FollowUpOrders(tx)
                .order(served, OrderCause.EMERGENCY, Map.of(), Outbox.SYSTEM, fixture.parts.clock.instant()));

        assertThat(renewal).isInstanceOf(FollowUpOrders.Outcome.Ordered.class);
        fixture.deploy(fixture.latest(served));
        fixture.inProgress(id).forEach(fixture::rehearse);
        runs.round();
        assertThat(fixture.count(id, ItemState.DONE)).isEqualTo(1);
    }

    @Test
    void refusesADrillWithoutARehearsalIssuer() {
        fixture.served(1);
        PlanRequest drill = new PlanRequest(ReplacementFixture.at("local"), null, null, null, true, null);

        assertThat(fixture.replacements.plan(drill, ReplacementFixture.OPERATOR))
                .isInstanceOfSatisfying(Outcome.Refused.class, no -> {
                    assertThat(no.problem().code()).isEqualTo(ErrorCode.INVALID_FIELD);
                    assertThat(no.problem().detail()).contains("have no rehearsal issuer");
                });
        assertThat(fixture.replacements.all()).isEmpty();
    }

    @Test
    void drillsNothingAtARehearsalIssuerThatTheOwnerMayNotUse() {
        served(2);
        fixture.parts.applyPolicy("{\"owners\":{\"web\":{\"issuers\":[\"production\"]}}}");
        UUID id = fixture.approved(drill(Optional.empty()));
        assertThat(fixture.show(id).plan().warnings())
                .contains("2 are skipped, because the policy does not let their owners use the rehearsal issuer");

        runs.round();

        assertThat(fixture.inProgress(id)).isEmpty();
        assertThat(fixture.report(id)).hasSize(2).allSatisfy(line -> {
            assertThat(line.state()).isEqualTo(ItemState.SKIPPED);
            assertThat(line.problem().orElseThrow().detail())
                    .isEqualTo("owner 'web' may not use the rehearsal issuer 'staging'; rule owners.web.issuers");
        });
    }

    private List<CertificateId> served(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> fixture.served("n" + i, "production", Map.of()))
                .toList();
    }

    private Object certificate(CertificateId id) {
        return fixture.parts.database.inTransaction(
                tx -> new Certificates(tx).find(id).orElseThrow());
    }

    private long live() {
        return fixture.parts.database.inTransaction(
                tx -> tx.createQuery("SELECT count(*) FROM certificate_order WHERE purpose = 'LIVE'")
                        .mapTo(Long.class)
                        .one());
    }

    private static PlanRequest drill(Optional<Integer> sample) {
        return new PlanRequest(ReplacementFixture.at("production"), null, null, null, true, sample);
    }
}
