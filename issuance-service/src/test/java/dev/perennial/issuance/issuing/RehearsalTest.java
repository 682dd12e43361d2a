package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.acme.OrderProgress;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.Order;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.SecretPath;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rehearsal writes nothing to the paths that hosts read, and its end destroys all of its secrets. */
class RehearsalTest {
    private final IssuanceTestSetup fixture = new IssuanceTestSetup();
    private final Order rehearsal = IssuanceTestSetup.rehearsal(fixture.order.certificateId());

    /** Before and after each call of an undisturbed issuance of a rehearsal. */
    static List<Arguments> moments() {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.deliver(IssuanceTestSetup.rehearsal(fixture.order.certificateId()));
            return fixture.interruptions.momentsSince(0);
        }
    }

    /** Before and after each call of the end of a rehearsal. */
    static List<Arguments> momentsOfTheEnd() {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            Order rehearsal = IssuanceTestSetup.rehearsal(fixture.order.certificateId());
            fixture.deliver(rehearsal);
            int before = fixture.interruptions.calls().size();
            fixture.rehearsalEnded(rehearsal);
            return fixture.interruptions.momentsSince(before);
        }
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void storesTheBundleAtTheRehearsalPath() {
        fixture.deliver(rehearsal);

        assertNothingToServe();
        Bundle bundle = bundle(SecretPath.rehearsal(rehearsal.orderId()));
        assertThat(bundle.orderId()).isEqualTo(rehearsal.orderId());
        for (String host : IssuanceTestSetup.HOSTS) {
            assertThat(bundle(SecretPath.rehearsalCopy(host, rehearsal.orderId())))
                    .isEqualTo(bundle);
        }
    }

    @Test
    void publishesTheRehearsalFlagAndTheBundlePath() {
        fixture.deliver(rehearsal);

        CertificateIssued fact = fixture.issued().getFirst();
        assertThat(fact.rehearsal()).isTrue();
        assertThat(fact.vaultPath()).isEqualTo("rehearsals/" + rehearsal.orderId());
    }

    @Test
    void destroysAllSecretsWhenTheRehearsalEnds() {
        fixture.deliver(rehearsal);

        fixture.rehearsalEnded(rehearsal);

        assertNothingIsLeft();
    }

    @Test
    void issuesNothingForAnEndedRehearsal() {
        fixture.deliver(rehearsal);
        fixture.rehearsalEnded(rehearsal);

        assertThat(fixture.deliver(rehearsal)).isInstanceOf(IssuanceResult.Abandoned.class);

        assertNothingIsLeft();
        assertThat(fixture.ca.accepted()).hasSize(1);
    }

    @Test
    void changesNothingOfTheFollowingLiveOrder() {
        fixture.deliver(rehearsal);
        fixture.ca.progress = new OrderProgress.Ready();
        fixture.ca.willIssue(List.of());
        fixture.deliver();

        fixture.rehearsalEnded(rehearsal);

        assertThat(fixture.bundle().orderId()).isEqualTo(fixture.order.orderId());
        for (String host : IssuanceTestSetup.HOSTS) {
            assertThat(fixture.copy(host)).isEqualTo(fixture.bundle());
        }
        assertThat(fixture.ca.accepted())
                .as("a separate key for each order")
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void issuesOneCertificateAfterACrashAtAnyCall(CallInterruptions.When when, int call, String action) {
        fixture.interruptions.crash(when, call);
        assertThatThrownBy(() -> fixture.deliver(rehearsal)).isInstanceOf(CallInterruptions.Crash.class);
        fixture.interruptions.nothing();

        fixture.deliver(rehearsal);

        assertThat(fixture.ca.accepted()).hasSize(1);
        assertThat(fixture.issued()).containsOnly(fixture.issued().getFirst());
        assertNothingToServe();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void leavesNothingIfTheRehearsalEndsAtAnyCall(CallInterruptions.When when, int call, String action) {
        fixture.interruptions.runAt(when, call, () -> fixture.rehearsalEnded(rehearsal));

        fixture.deliver(rehearsal);

        assertNothingIsLeft();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void leavesNothingIfTheRehearsalEndsAtAnyCallAndTheProcessCrashes(
            CallInterruptions.When when, int call, String action) {
        fixture.interruptions.runAt(when, call, () -> {
            fixture.interruptions.nothing();
            fixture.rehearsalEnded(rehearsal);
            throw new CallInterruptions.Crash("after the rehearsal ended");
        });
        assertThatThrownBy(() -> fixture.deliver(rehearsal)).isInstanceOf(CallInterruptions.Crash.class);

        fixture.deliver(rehearsal);

        assertNothingIsLeft();
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("momentsOfTheEnd")
    void leavesNothingAfterACrashAtAnyCallOfTheEnd(CallInterruptions.When when, int call, String action) {
        fixture.deliver(rehearsal);
        fixture.interruptions.crash(when, fixture.interruptions.calls().size() + call);
        assertThatThrownBy(() -> fixture.rehearsalEnded(rehearsal)).isInstanceOf(CallInterruptions.Crash.class);
        fixture.interruptions.nothing();

        fixture.rehearsalEnded(rehearsal);

        assertNothingIsLeft();
    }

    private void assertNothingToServe() {
        assertThat(fixture.vault.list(new SecretPath("certificates"))).isEmpty();
        for (String host : IssuanceTestSetup.HOSTS) {
            assertThat(fixture.vault.read(SecretPath.hostCopy(host, rehearsal.certificateId())))
                    .isEmpty();
        }
    }

    private void assertNothingIsLeft() {
        assertNothingToServe();
        assertThat(Stream.concat(
                        Stream.of(SecretPath.rehearsal(rehearsal.orderId())),
                        IssuanceTestSetup.HOSTS.stream()
                                .map(host -> SecretPath.rehearsalCopy(host, rehearsal.orderId()))))
                .allSatisfy(place -> assertThat(fixture.vault.read(place)).isEmpty());
        assertThat(fixture.vault
                        .read(SecretPath.orderKey(rehearsal.orderId()))
                        .orElseThrow()
                        .data())
                .as("a marker without a key")
                .containsOnlyKeys(OrderKeyStore.ABANDONED_AT);
        assertThat(fixture.failures()).isEmpty();
    }

    private Bundle bundle(SecretPath place) {
        return Bundle.from(fixture.vault.read(place).orElseThrow());
    }
}
