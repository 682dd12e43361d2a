package dev.perennial.rules.limits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BucketTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    /** One token refills every 36 s. */
    private static final Limit ORDERS = new Limit(300, Duration.ofHours(3));

    @Test
    void givesAllButOneTokenAtOnceAndThenOnePerInterval() {
        Bucket bucket = Bucket.FULL;
        for (int i = 0; i < 299; i++) {
            assertThat(bucket.earliest(ORDERS, NOW)).as("token " + i).isEqualTo(NOW);
            bucket = bucket.take(ORDERS, NOW);
        }

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(NOW.plusSeconds(36));
        bucket = bucket.take(ORDERS, NOW.plusSeconds(36));
        assertThat(bucket.earliest(ORDERS, NOW.plusSeconds(36))).isEqualTo(NOW.plusSeconds(72));
    }

    @Test
    void delaysTheLastTokenByAtMostTenMinutes() {
        Limit names = new Limit(5, Duration.ofDays(7));
        Bucket bucket = Bucket.FULL;
        for (int i = 0; i < 4; i++) {
            bucket = bucket.take(names, NOW);
        }
        Instant last = NOW.plus(Duration.ofMinutes(10));

        assertThat(bucket.earliest(names, NOW)).isEqualTo(last);
        assertThat(bucket.take(names, last).earliest(names, last)).isEqualTo(last.plus(names.interval()));
    }

    @Test
    void doesNotDelayTheOnlyToken() {
        Limit one = new Limit(1, Duration.ofSeconds(36));

        assertThat(Bucket.FULL.take(one, NOW).earliest(one, NOW)).isEqualTo(NOW.plusSeconds(36));
    }

    @Test
    void isFullAgainAfterTheWindow() {
        Bucket bucket = emptied(NOW);
        Instant much = NOW.plus(Duration.ofDays(30));
        for (int i = 0; i < 299; i++) {
            bucket = bucket.take(ORDERS, much);
        }

        assertThat(bucket.earliest(ORDERS, much)).isEqualTo(much.plusSeconds(36));
    }

    @Test
    void countsTheTokensThatAreLeft() {
        assertThat(Bucket.FULL.left(ORDERS, NOW)).isEqualTo(299);
        assertThat(Bucket.FULL.take(ORDERS, NOW).left(ORDERS, NOW)).isEqualTo(298);
        assertThat(emptied(NOW).left(ORDERS, NOW.plusSeconds(35))).isZero();
        assertThat(emptied(NOW).left(ORDERS, NOW.plusSeconds(36))).isEqualTo(1);
        assertThat(emptied(NOW).left(ORDERS, NOW.plus(Duration.ofDays(30)))).isEqualTo(299);
        assertThat(Bucket.FULL.closed(NOW.plusSeconds(1)).left(ORDERS, NOW)).isZero();
    }

    @Test
    void refusesToTakeFromAnEmptyBucket() {
        Bucket bucket = emptied(NOW);

        assertThatIllegalStateException().isThrownBy(() -> bucket.take(ORDERS, NOW.plusSeconds(35)));
    }

    @Test
    void acceptsARefundUpToItsCapacity() {
        Bucket bucket = emptied(NOW).refund(ORDERS);

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(NOW);
        assertThat(bucket.take(ORDERS, NOW)).isEqualTo(emptied(NOW));
        assertThat(Bucket.FULL.refund(ORDERS)).isEqualTo(Bucket.FULL);
    }

    @Test
    void staysEmptyWhenFurtherRequestsAreCounted() {
        Bucket bucket = emptied(NOW).spend(ORDERS, NOW).spend(ORDERS, NOW);

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(NOW.plusSeconds(36));
        assertThat(Bucket.FULL.spend(ORDERS, NOW)).isEqualTo(Bucket.FULL.take(ORDERS, NOW));
    }

    @Test
    void isEmptyUntilTheTimeGivenByTheCa() {
        Instant given = NOW.plus(Duration.ofMinutes(7));

        Bucket bucket = Bucket.FULL.emptied(ORDERS, given);

        assertThat(bucket.earliest(ORDERS, NOW)).isEqualTo(given);
        assertThat(bucket.take(ORDERS, given).earliest(ORDERS, given)).isEqualTo(given.plusSeconds(36));
        assertThat(emptied(NOW).emptied(ORDERS, NOW.minusSeconds(5)).earliest(ORDERS, NOW))
                .as("a time in the past")
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
    }

    @Test
    void readsItsOwnDescription() {
        assertThat(Limit.parse("300 in 3 h")).isEqualTo(ORDERS);
        assertThat(Limit.parse("2 in 5 min")).isEqualTo(new Limit(2, Duration.ofMinutes(5)));
        for (String text : new String[] {"300 in 3 h", "50 in 7 d", "4 in 24 s"}) {
            assertThat(Limit.parse(text).description()).isEqualTo(text);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Limit.parse("300/3h"))
                .withMessage("'300/3h' is not a limit; write it like '300 in 3 h', with s, min, h or d");
    }

    private static Bucket emptied(Instant at) {
        Bucket bucket = Bucket.FULL;
        for (int i = 0; i < 299; i++) {
            bucket = bucket.take(ORDERS, at);
        }
        return bucket;
    }
}
