package dev.perennial.validation.challenges;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ChallengePresented;
import dev.perennial.events.Identifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChallengeLeasesTest {
    private static final Duration RETENTION = Duration.ofHours(1);

    /** The origin of elapsed time is arbitrary. */
    private Duration now = Duration.ofDays(-3);

    private final ChallengeLeases leases = new ChallengeLeases(RETENTION, () -> now);

    @ParameterizedTest
    @CsvSource({"PT30M, PT30M", "P100000D, PT1H", "-PT1S, PT0S", "-P100000D, PT0S"})
    void boundsTheLength(Duration published, Duration length) {
        leases.put(presented("token", 1), published);

        now = now.plus(RETENTION);
        assertThat(leases.due()).singleElement().satisfies(lease -> assertThat(lease.length())
                .isEqualTo(length));
    }

    @Test
    void extendsAResponseInUseAfterHalfOfItsLease() {
        leases.put(presented("token", 1), RETENTION);
        assertThat(leases.due()).isEmpty();

        now = now.plus(RETENTION.dividedBy(2));

        assertThat(step(true)).isInstanceOf(ChallengeLease.Extend.class);
        assertThat(leases.due()).as("until the next half").isEmpty();
    }

    @Test
    void withdrawsAfterTheEndAndADelay() {
        leases.put(presented("token", 1), RETENTION);
        now = now.plus(RETENTION.dividedBy(2));
        assertThat(step(false)).isInstanceOf(ChallengeLease.Wait.class);
        now = now.plus(RETENTION.dividedBy(2));
        assertThat(step(false)).isInstanceOf(ChallengeLease.Wait.class);
        assertThat(leases.due()).as("the delay spreads the replicas").isEmpty();

        now = now.plus(ChallengeLease.SPREAD);

        assertThat(step(false)).isInstanceOf(ChallengeLease.Withdraw.class);
    }

    /** A suspended replica first receives what was published in the meantime. */
    @Test
    void delaysTheWithdrawalAfterAPause() {
        leases.put(presented("token", 1), RETENTION);
        now = now.plus(RETENTION.multipliedBy(10));

        assertThat(step(false)).isInstanceOf(ChallengeLease.Wait.class);
        leases.put(presented("token", 2), RETENTION);

        now = now.plus(ChallengeLease.SPREAD);
        assertThat(leases.due()).isEmpty();
    }

    @Test
    void beginsAgainWithANewerRecordAndNotWithARedeliveredOne() {
        leases.put(presented("token", 1), RETENTION);
        now = now.plus(RETENTION);
        leases.put(presented("token", 1), RETENTION);
        assertThat(leases.due()).hasSize(1);

        leases.put(presented("token", 2), RETENTION);

        assertThat(leases.due()).isEmpty();
    }

    @Test
    void ignoresTheEndOfAWithdrawalIfTheLeaseWasExtended() {
        leases.put(presented("token", 1), RETENTION);
        now = now.plus(RETENTION);
        ChallengeLease old = leases.due().getFirst();
        leases.put(presented("token", 2), RETENTION);

        leases.end(old);
        leases.replace(old, old.afterFailure(false, now, 0));

        assertThat(leases.isCurrent(old)).isFalse();
        assertThat(leases.size()).isEqualTo(1);
        assertThat(leases.due()).isEmpty();
    }

    @Test
    void repeatsAFailedWithdrawalAtGrowingIntervalsWithoutAnEnd() {
        ChallengeLease lease = ChallengeLease.begin(presented("token", 1), RETENTION, now);
        Duration interval = Duration.ZERO;
        for (int i = 0; i < 1_000; i++) {
            lease = lease.afterFailure(false, now, 1);
            assertThat(lease.due().minus(now)).isGreaterThanOrEqualTo(interval).isBetween(ONE, THIRTY);
            interval = lease.due().minus(now);
        }
        assertThat(interval).isEqualTo(THIRTY);
        assertThat(lease.isRefused()).isFalse();
    }

    private static final Duration ONE = Duration.ofSeconds(1);
    private static final Duration THIRTY = Duration.ofSeconds(30);

    @Test
    void keepsTheLeasesOfAFullMapAndTheFurtherRecordsOnTheTopic() {
        for (int i = 0; i < ChallengeLeases.MAX_LEASES; i++) {
            leases.put(presented("token-" + i, 1), RETENTION);
        }
        leases.put(presented("one-more", 1), RETENTION);
        leases.put(presented("token-0", 2), RETENTION.dividedBy(2));

        now = now.plus(RETENTION.dividedBy(4));
        assertThat(leases.size()).isEqualTo(ChallengeLeases.MAX_LEASES);
        assertThat(leases.due())
                .as("extended")
                .extracting(l -> l.presented().token())
                .containsExactly("token-0");

        leases.remove("token-0");
        leases.put(presented("one-more", 1), RETENTION);
        assertThat(leases.size()).isEqualTo(ChallengeLeases.MAX_LEASES);
    }

    private ChallengeLease.Step step(boolean used) {
        ChallengeLease lease = leases.due().getFirst();
        ChallengeLease.Step step = lease.step(used, now, 0.5);
        switch (step) {
            case ChallengeLease.Extend(ChallengeLease next) -> leases.replace(lease, next);
            case ChallengeLease.Wait(ChallengeLease next) -> leases.replace(lease, next);
            case ChallengeLease.Withdraw() -> {}
        }
        return step;
    }

    private static ChallengePresented presented(String token, int version) {
        return new ChallengePresented(
                token,
                token + ".thumb",
                Identifier.dns("a.example.com"),
                "dns-01",
                Instant.EPOCH.plusSeconds(version),
                Optional.of("ca"));
    }
}
