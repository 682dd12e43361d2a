package dev.perennial.orders.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BucketTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    /** One token comes back every 36 s. */
    private static final Limit ORDERS = new Limit(300, Duration.ofHours(3));

    @Test
    void givesItsWholeCapacityAtOnceAndThenOneAnInterval() {
        Bucket bucket = Bucket.FULL;
        for (int i = 0; i < 300; i++) {
            assertThat(bucket.earliest(ORDERS, NOW)).as("token " + i).isEqualTo(NOW);
            bucket = bucket.take(ORDERS, NOW);
        }

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(NOW.plusSeconds(36));
        bucket = bucket.take(ORDERS, NOW.plusSeconds(36));
        assertThat(bucket.earliest(ORDERS, NOW.plusSeconds(36))).isEqualTo(NOW.plusSeconds(72));
    }

    @Test
    void isFullAgainAfterTheWindowAndNoFuller() {
        Bucket bucket = emptied(NOW);
        Instant much = NOW.plus(Duration.ofDays(30));
        for (int i = 0; i < 300; i++) {
            bucket = bucket.take(ORDERS, much);
        }

        assertThat(bucket.earliest(ORDERS, much)).isEqualTo(much.plusSeconds(36));
    }

    @Test
    void refusesToGiveWhatItDoesNotHave() {
        Bucket bucket = emptied(NOW);

        assertThatIllegalStateException().isThrownBy(() -> bucket.take(ORDERS, NOW.plusSeconds(35)));
    }

    @Test
    void takesBackWhatWasNotUsedAndNoMore() {
        Bucket bucket = emptied(NOW).giveBack(ORDERS);

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(NOW);
        assertThat(bucket.take(ORDERS, NOW)).isEqualTo(emptied(NOW));
        assertThat(Bucket.FULL.giveBack(ORDERS)).isEqualTo(Bucket.FULL);
    }

    @Test
    void staysEmptyWhateverIsCountedOnTop() {
        Bucket bucket = emptied(NOW).spend(ORDERS, NOW).spend(ORDERS, NOW);

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(NOW.plusSeconds(36));
        assertThat(Bucket.FULL.spend(ORDERS, NOW)).isEqualTo(Bucket.FULL.take(ORDERS, NOW));
    }

    @Test
    void believesTheCaAboutWhenTheNextTokenComes() {
        Instant said = NOW.plus(Duration.ofMinutes(7));

        Bucket bucket = Bucket.FULL.emptied(ORDERS, said);

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(said);
        assertThat(bucket.take(ORDERS, said).earliest(ORDERS, said)).isEqualTo(said.plusSeconds(36));
        assertThat(emptied(NOW).emptied(ORDERS, NOW.minusSeconds(5)).earliest(ORDERS, NOW))
                .as("a word of the past")
                .isEqualTo(NOW.plusSeconds(36));
    }

    @Test
    void roundsTheIntervalUp() {
        assertThat(new Limit(300, Duration.ofSeconds(1)).interval()).isEqualTo(Duration.ofNanos(3_334_000));
        assertThat(new Limit(5, Duration.ofDays(7)).interval()).isEqualTo(Duration.ofSeconds(120_960));
    }

    @Test
    void refusesLimitsThatAllowNothing() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Limit(0, Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new Limit(1, Duration.ZERO));
        assertThatIllegalArgumentException().isThrownBy(() -> Limits.preset("letsencrypt"));
    }

    private static Bucket emptied(Instant at) {
        Bucket bucket = Bucket.FULL;
        for (int i = 0; i < 300; i++) {
            bucket = bucket.take(ORDERS, at);
        }
        return bucket;
    }
}
