package dev.perennial.rules.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.rules.failover.CaStep;
import dev.perennial.rules.failover.FailoverPolicy;
import dev.perennial.rules.failover.FailureStreak;
import dev.perennial.rules.failover.IssuerHealth;
import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.Quarantine;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Times that were stored while the clock was two hours ahead, and are read after its correction. */
class StoredWaitTest {
    private static final Instant NOW = Instant.parse("2026-06-01T00:00:00Z");
    private static final Instant AHEAD = NOW.plus(Duration.ofHours(2));

    @Test
    void probesAFailingIssuerAfterItsInterval() {
        FailoverPolicy policy = new FailoverPolicy(Duration.ofMinutes(5), RetrySchedule.of(Duration.ofMinutes(10)));
        Problem problem = Problem.of(ErrorCode.CA_UNAVAILABLE, "the CA answered 503");
        FailureStreak streak = FailureStreak.first(CaStep.values()[0], problem, AHEAD)
                .again(problem, AHEAD)
                .again(problem, AHEAD);
        FailureStreak probed =
                new FailureStreak(streak.step(), AHEAD, AHEAD, 3, 1, AHEAD.plus(Duration.ofMinutes(10)), problem);

        FailureStreak read = new IssuerHealth(Map.of("ca", List.of(probed)), policy, NOW)
                .of("ca")
                .getFirst();

        assertThat(read.since()).isEqualTo(NOW);
        assertThat(read.lastAt()).isEqualTo(NOW);
        assertThat(read.probeAt()).isEqualTo(NOW.plus(Duration.ofMinutes(10)));
        assertThat(read.isDown(policy, NOW.plus(Duration.ofMinutes(5)))).isTrue();
    }

    @Test
    void refillsABucketAfterItsInterval() {
        Limit limit = new Limit(3, Duration.ofMinutes(30));
        Bucket stored = Bucket.FULL;
        while (stored.left(limit, AHEAD) > 0) {
            stored = stored.take(limit, AHEAD);
        }

        assertThat(stored.earliest(limit, NOW)).isEqualTo(NOW.plus(limit.interval()));
        assertThat(stored.closed(AHEAD).earliest(limit, NOW))
                .as("closed by the CA")
                .isAfterOrEqualTo(AHEAD);
    }

    @Test
    void opensABucketThatTheCaClosedAfterAWeekAtMost() {
        Limit limit = new Limit(3, Duration.ofMinutes(30));

        Bucket closed = Bucket.FULL.closed(NOW.plus(Duration.ofDays(40)));

        assertThat(closed.opens(NOW)).isEqualTo(NOW.plus(Duration.ofDays(7)));
        assertThat(closed.earliest(limit, NOW)).isEqualTo(NOW.plus(Duration.ofDays(7)));
    }

    @Test
    void endsAQuarantineAfterItsTime() {
        Quarantine quarantine = new Quarantine(5, Duration.ofHours(1));

        assertThat(quarantine.end(quarantine.until(5, AHEAD).orElseThrow(), NOW))
                .isEqualTo(NOW.plus(Duration.ofHours(1)));
    }
}
