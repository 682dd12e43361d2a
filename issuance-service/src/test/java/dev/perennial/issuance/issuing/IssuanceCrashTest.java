package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.CloudEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The process ends before and after each call it makes and the record is delivered again, or another replica works on the same
 * record in between. One order, one key, one certificate.
 */
class IssuanceCrashTest {
    /** Before and after each call of an issuance to which nothing happens. */
    static List<Arguments> moments() {
        List<String> calls;
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.deliver();
            calls = fixture.interruptions.calls();
        }
        List<Arguments> moments = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            for (CrashPoints.When when : CrashPoints.When.values()) {
                moments.add(Arguments.of(when, i, calls.get(i)));
            }
        }
        return moments;
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void oneCertificateWhereverTheProcessEnds(CrashPoints.When when, int call, String what) {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.interruptions.crash(when, call);
            assertThatThrownBy(fixture::deliver).isInstanceOf(CrashPoints.Crash.class);
            fixture.interruptions.nothing();

            fixture.deliver();

            assertOneCertificate(fixture);
        }
    }

    @ParameterizedTest(name = "{0} call {1} ({2})")
    @MethodSource("moments")
    void oneCertificateWhereverAnotherReplicaOvertakes(CrashPoints.When when, int call, String what) {
        try (IssuanceTestSetup fixture = new IssuanceTestSetup()) {
            fixture.interruptions.meanwhile(when, call, fixture::deliver);

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
        assertThat(fixture.keyKept()).isFalse();
        assertThat(fixture.marked()).isFalse();
    }
}
