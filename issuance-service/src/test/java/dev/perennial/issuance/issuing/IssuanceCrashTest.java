package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CloudEvent;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Crashes the process before and after each of its calls and redelivers the record, or lets another replica process the
 * same record in between. The order has one key and one certificate in each case.
 */
class IssuanceCrashTest {
    /** Before and after each call of an undisturbed issuance. */
    static List<Arguments> moments() {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.deliver();
            return fixture.interruptions.momentsSince(0);
        }
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void issuesOneCertificateAfterACrashAtAnyCall(CallInterruptions.When when, int call, String action) {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.interruptions.crash(when, call);
            assertThatThrownBy(fixture::deliver).isInstanceOf(CallInterruptions.Crash.class);
            fixture.interruptions.nothing();

            fixture.deliver();

            assertOneCertificate(fixture);
        }
    }

    /**
     * The order ends with the fact, and no later delivery destroys a key: Vault may be unavailable for longer than any
     * retry limit.
     */
    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void leavesNoKeyOfAnOrderThatWasReportedAsIssued(CallInterruptions.When when, int call, String action) {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.interruptions.crash(when, call);

            assertThatThrownBy(fixture::deliver).isInstanceOf(CallInterruptions.Crash.class);

            assertThat(fixture.hasKey() && !fixture.issued().isEmpty())
                    .as("reported, and the key exists")
                    .isFalse();
        }
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void issuesOneCertificateIfAnotherReplicaRunsAtAnyCall(CallInterruptions.When when, int call, String action) {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.interruptions.runAt(when, call, fixture::deliver);

            fixture.deliver();

            assertOneCertificate(fixture);
        }
    }

    private static void assertOneCertificate(IssuanceTestSetup fixture) {
        assertThat(fixture.ca.accepted()).as("finalize requests accepted").hasSize(1);
        assertThat(DownloadedChain.of(fixture.bundle()).chain().getFirst().getPublicKey())
                .isEqualTo(fixture.ca.accepted().getFirst());
        for (String host : IssuanceTestSetup.HOSTS) {
            assertThat(fixture.copy(host)).isEqualTo(fixture.bundle());
        }
        assertThat(fixture.topic).isNotEmpty();
        assertThat(fixture.topic)
                .extracting(CloudEvent::id)
                .containsOnly(fixture.topic.getFirst().id());
        assertThat(fixture.issued()).containsOnly(fixture.issued().getFirst());
        assertThat(fixture.failures()).isEmpty();
        assertThat(fixture.hasKey()).isFalse();
        assertThat(fixture.hasMarker()).isFalse();
    }
}
