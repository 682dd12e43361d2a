package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.ErrorCode;
import dev.perennial.events.Problem;
import dev.perennial.orders.doctor.Hop.Outcome;
import dev.perennial.orders.issuer.limits.FailingName;
import dev.perennial.orders.issuer.limits.RemainingLimit;
import dev.perennial.rules.limits.BucketKey;
import dev.perennial.rules.limits.Limit;
import dev.perennial.rules.limits.LimitKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LimitChecksTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Limit LIMIT = new Limit(5, Duration.ofHours(1));
    private static final BucketKey FAILURES = new BucketKey("ca", LimitKind.FAILED_AUTHORIZATIONS, "corp.test");

    @Test
    void reportsTheRemainingTokens() {
        assertThat(budget(new RemainingLimit(FAILURES, Optional.of(LIMIT), 3, NOW)))
                .isEqualTo(Hop.passed("within CA limits", "3 of 5 in 1 h failed validations of the name corp.test"));
    }

    @Test
    void reportsTheTimeOfTheNextToken() {
        Hop hop = budget(new RemainingLimit(FAILURES, Optional.of(LIMIT), 0, NOW.plusSeconds(90)));
        assertThat(hop.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop.evidence()).contains("0 of 5 in 1 h", "corp.test", "2026-11-21T12:01:30Z");
    }

    @Test
    void respectsAClosedBucketWithoutKnownLimits() {
        assertThat(budget(new RemainingLimit(FAILURES, Optional.empty(), 0, NOW))
                        .outcome())
                .isEqualTo(Outcome.PASSED);
        assertThat(budget(new RemainingLimit(FAILURES, Optional.empty(), 0, NOW.plusSeconds(9)))
                        .outcome())
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void explainsHowToReleaseAName() {
        Hop hop = quarantine(NOW.plusSeconds(60));
        assertThat(hop.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop.evidence()).contains("5 times in a row", "2026-11-21T12:01:00Z", "connection refused");
        assertThat(hop.remedy().orElseThrow()).contains("DELETE /api/v1/quarantine/ca/corp.test");
        assertThat(quarantine(NOW.minusSeconds(1)).outcome()).isEqualTo(Outcome.PASSED);
    }

    private static Hop budget(RemainingLimit... all) {
        return LimitChecks.budget(new Observation.Found<>(List.of(all)), NOW);
    }

    private static Hop quarantine(Instant until) {
        var problem = Problem.of(ErrorCode.SELF_CHECK_FAILED, "connection refused");
        var name = new FailingName("ca", "corp.test", 5, NOW, Optional.of(until), problem, true);
        return LimitChecks.quarantine(new Observation.Found<>(Optional.of(name)), NOW);
    }
}
