package dev.perennial.orders.replacement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.ErrorCode;
import dev.perennial.orders.renewal.FollowUpOrders;
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
    private final Replacing replacing = new Replacing();
    private final ReplacementRuns runs = replacing.process();

    @Test
    void runsTheWholeWayAtTheRehearsalIssuerAndLeavesWhatIsServedAlone() {
        List<CertificateId> served = served(4);
        List<Object> before = served.stream().map(this::certificate).toList();
        UUID id = replacing.approved(drill(Optional.of(2)));
        runs.round();

        List<StoredOrder> drills = replacing.underWay(id);
        assertThat(drills).hasSize(2).allSatisfy(order -> {
            assertThat(order.purpose()).isEqualTo(OrderPurpose.DRILL);
            assertThat(order.issuer()).isEqualTo("staging");
        });
        drills.forEach(replacing::rehearse);
        runs.round();

        ReplacementView over = replacing.show(id);
        assertThat(over.state()).isEqualTo(RunState.DONE);
        assertThat(over.progress().items()).containsEntry(ItemState.DONE, 2).containsEntry(ItemState.NOT_SAMPLED, 2);
        assertThat(over.drillResult().orElseThrow().drilled()).isEqualTo(2);
        assertThat(over.drillResult().orElseThrow().selected()).isEqualTo(4);
        assertThat(served.stream().map(this::certificate))
                .as("latest order and what is issued")
                .isEqualTo(before);
        assertThat(live()).as("nothing went live").isEqualTo(4);
        assertThat(replacing.parts.facts())
                .filteredOn("order.rehearsed"::equals)
                .hasSize(4 + 2);
    }

    @Test
    void takesTheFirstFailureOfADrillForItsResult() {
        served(1);
        UUID id = replacing.approved(drill(Optional.empty()));
        runs.round();
        replacing.underWay(id).forEach(replacing::fail);

        runs.round();

        assertThat(replacing.show(id).state()).isEqualTo(RunState.DONE);
        assertThat(replacing.show(id).drillResult()).isEmpty();
        assertThat(replacing.report(id).getFirst().problem().orElseThrow().detail())
                .contains("the rehearsal at 'staging' was refused, 'production' was not contacted");
    }

    @Test
    void standsInTheWayOfNoRenewal() {
        CertificateId served = served(1).getFirst();
        UUID id = replacing.approved(drill(Optional.empty()));
        runs.round();

        FollowUpOrders.Outcome renewal = replacing.parts.database.inTransaction(tx ->
                new FollowUpOrders(tx).order(served, OrderCause.EMERGENCY, Map.of(), replacing.parts.clock.instant()));

        assertThat(renewal).isInstanceOf(FollowUpOrders.Outcome.Ordered.class);
        replacing.deploy(replacing.latest(served));
        replacing.underWay(id).forEach(replacing::rehearse);
        runs.round();
        assertThat(replacing.count(id, ItemState.DONE)).isEqualTo(1);
    }

    @Test
    void drillsNothingWhereNobodyNamesARehearsalIssuer() {
        replacing.served(1);
        PlanRequest drill = new PlanRequest(Replacing.at("local"), null, null, null, true, null);

        assertThat(replacing.replacements.plan(drill)).isInstanceOfSatisfying(Outcome.Refused.class, no -> {
            assertThat(no.problem().code()).isEqualTo(ErrorCode.INVALID_FIELD);
            assertThat(no.problem().detail()).contains("name no rehearsal issuer");
        });
        assertThat(replacing.replacements.all()).isEmpty();
    }

    private List<CertificateId> served(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> replacing.served("n" + i, "production", Map.of()))
                .toList();
    }

    private Object certificate(CertificateId id) {
        return replacing.parts.database.inTransaction(
                tx -> new Certificates(tx).find(id).orElseThrow());
    }

    private long live() {
        return replacing.parts.database.inTransaction(
                tx -> tx.createQuery("SELECT count(*) FROM certificate_order WHERE purpose = 'LIVE'")
                        .mapTo(Long.class)
                        .one());
    }

    private static PlanRequest drill(Optional<Integer> sample) {
        return new PlanRequest(Replacing.at("production"), null, null, null, true, sample);
    }
}
