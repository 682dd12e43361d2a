package dev.perennial.rules.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.rules.lifecycle.OrderCause;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalRulesTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

    /** Times after the start of a lifetime. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // lifetime, jitter, ARI from, ARI until, renew before, revoked, compromised; at, cause
                "PT2160H, 0,   -,       -,       -,      -,      -,      PT1440H, LIFETIME_SPENT",
                "PT2160H, 0.5, -,       -,       -,      -,      -,      PT1395H, LIFETIME_SPENT",
                "PT1128H, 0,   -,       -,       -,      -,      -,      PT752H,  LIFETIME_SPENT",
                "PT240H,  0,   -,       -,       -,      -,      -,      PT160H,  LIFETIME_SPENT",
                "PT160H,  0,   -,       -,       -,      -,      -,      PT80H,   LIFETIME_SPENT",
                // a suggestion replaces the share of the lifetime, earlier and later
                "PT2160H, 0,   PT100H,  PT110H,  -,      -,      -,      PT100H,  SUGGESTED_WINDOW",
                "PT2160H, 0.5, PT1600H, PT1700H, -,      -,      -,      PT1650H, SUGGESTED_WINDOW",
                // an emergency does not wait for the suggested window
                "PT2160H, 0.5, PT2000H, PT2100H, -,      -,      -,      PT1890H, EMERGENCY",
                "PT2160H, 0,   PT9000H, PT9001H, -,      -,      -,      PT1890H, EMERGENCY",
                // configured days apply if they are earlier and leave half of the lifetime
                "PT2160H, 0,   -,       -,       PT960H, -,      -,      PT1200H, CONFIGURED_DAYS",
                "PT2160H, 0,   PT1600H, PT1700H, PT960H, -,      -,      PT1200H, CONFIGURED_DAYS",
                "PT2160H, 0,   -,       -,       PT480H, -,      -,      PT1440H, LIFETIME_SPENT",
                "PT160H,  0,   -,       -,       PT720H, -,      -,      PT80H,   LIFETIME_SPENT",
                "PT160H,  0,   -,       -,       PT80H,  -,      -,      PT80H,   LIFETIME_SPENT",
                // a revocation and a compromised key take effect at once
                "PT2160H, 0,   PT100H,  PT110H,  -,      PT50H,  -,      PT50H,   REVOKED",
                "PT2160H, 0,   -,       -,       -,      -,      PT7H,   PT7H,    KEY_COMPROMISED",
                "PT2160H, 0,   -,       -,       -,      PT7H,   PT7H,   PT7H,    REVOKED",
                "PT2160H, 0,   PT100H,  PT110H,  -,      -,      PT120H, PT100H,  SUGGESTED_WINDOW",
            })
    void renewsAtTheEarliestTimeOfAllChecks(
            Duration lifetime,
            double jitter,
            Duration from,
            Duration until,
            Duration renewBefore,
            Duration revoked,
            Duration compromised,
            Duration at,
            OrderCause cause) {
        RenewalTime renewal = RenewalRules.of(new RenewalInputs(
                START,
                START.plus(lifetime),
                jitter,
                Optional.ofNullable(revoked).map(START::plus),
                Optional.ofNullable(compromised).map(START::plus),
                Optional.ofNullable(from).map(it -> new SuggestedWindow(START.plus(it), START.plus(until))),
                Optional.ofNullable(renewBefore),
                ChangeWindows.ALWAYS));

        assertThat(Duration.between(START, renewal.at())).isEqualTo(at);
        assertThat(renewal.cause()).isEqualTo(cause);
    }

    /** A lifetime of 90 days: two thirds have passed after 1,440 hours, and the emergency begins after 1,890. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // the window opens, ARI from, ARI until, revoked; at
                "PT1500H, -,      -,      -,      PT1500H",
                "PT1890H, -,      -,      -,      PT1890H",
                "PT1891H, -,      -,      -,      PT1890H",
                "PT9999H, -,      -,      -,      PT1890H",
                // the end of the suggested window is a deadline
                "PT1500H, PT100H, PT124H, -,      PT124H",
                "PT120H,  PT100H, PT124H, -,      PT120H",
                "PT1500H, -,      -,      PT100H, PT100H",
            })
    void waitsForAChangeWindowButNeverPastTheDeadline(
            Duration opens, Duration from, Duration until, Duration revoked, Duration at) {
        RenewalTime renewal = RenewalRules.of(new RenewalInputs(
                START,
                START.plus(Duration.ofDays(90)),
                0,
                Optional.ofNullable(revoked).map(START::plus),
                Optional.empty(),
                Optional.ofNullable(from).map(it -> new SuggestedWindow(START.plus(it), START.plus(until))),
                Optional.empty(),
                planned -> START.plus(opens)));

        assertThat(Duration.between(START, renewal.at())).isEqualTo(at);
    }

    @Test
    void ignoresAWindowThatNeverOpens() {
        RenewalTime renewal = RenewalRules.of(new RenewalInputs(
                START,
                START.plus(Duration.ofDays(90)),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                planned -> Instant.MAX));

        assertThat(renewal.at()).isEqualTo(START.plus(Duration.ofHours(1890)));
    }
}
