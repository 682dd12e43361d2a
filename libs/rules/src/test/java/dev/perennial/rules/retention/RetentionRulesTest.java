package dev.perennial.rules.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.rules.limits.Bucket;
import dev.perennial.rules.replacement.RunState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetentionRulesTest {
    private static final Instant END = Instant.parse("2026-03-01T00:00:00Z");
    private static final Duration HISTORY = Duration.ofDays(400);
    private static final Duration INACTIVE = Duration.ofDays(30);
    private static final EndedOrder ENDED = new EndedOrder(false, false, false, false, END.minus(Duration.ofDays(40)));

    private final RetentionRules rules = new RetentionRules(HISTORY, INACTIVE);

    @Test
    void deletesAnOrderAfterTheRetentionAndNotBefore() {
        Retention retention = rules.order(new EndedOrder(false, false, false, false, END));

        assertThat(retention.isOver(END.plus(HISTORY).minusNanos(1))).isFalse();
        assertThat(retention.isOver(END.plus(HISTORY))).isTrue();
    }

    /** Each bit is one reason to keep the order. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8, 3, 15})
    void keepsAnOrderThatIsNeeded(int reasons) {
        Retention retention = rules.order(
                new EndedOrder((reasons & 1) > 0, (reasons & 2) > 0, (reasons & 4) > 0, (reasons & 8) > 0, END));

        assertThat(retention).isInstanceOf(Retention.Keep.class);
    }

    @Test
    void deletesACertificateAfterItsExpiryAndTheRetention() {
        Retention retention = rules.certificate(new ExpiredCertificate(false, false, false, END), List.of(ENDED));

        assertThat(retention).isEqualTo(new Retention.DeleteAfter(END.plus(HISTORY)));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 7})
    void keepsACertificateThatIsNeeded(int reasons) {
        Retention retention = rules.certificate(
                new ExpiredCertificate((reasons & 1) > 0, (reasons & 2) > 0, (reasons & 4) > 0, END), List.of(ENDED));

        assertThat(retention).isInstanceOf(Retention.Keep.class);
    }

    @Test
    void keepsACertificateAsLongAsAnyOfItsOrders() {
        ExpiredCertificate issued = new ExpiredCertificate(false, false, false, END);
        EndedOrder later = new EndedOrder(false, false, false, false, END.plusSeconds(60));
        EndedOrder latest = new EndedOrder(true, false, false, false, END);

        assertThat(rules.certificate(issued, List.of(ENDED, later)))
                .isEqualTo(new Retention.DeleteAfter(END.plusSeconds(60).plus(HISTORY)));
        assertThat(rules.certificate(issued, List.of(ENDED, latest, later))).isInstanceOf(Retention.Keep.class);
    }

    @Test
    void deletesAnIssuedCertificateWithoutAnOrder() {
        assertThat(rules.certificate(new ExpiredCertificate(false, false, false, END), List.of()))
                .isEqualTo(new Retention.DeleteAfter(END.plus(HISTORY)));
    }

    @ParameterizedTest
    @EnumSource(value = RunState.class, mode = EnumSource.Mode.EXCLUDE, names = "PLANNED")
    void keepsAReplacementUntilItHasEnded(RunState state) {
        assertThat(rules.replacement(state, END, Optional.empty())).isInstanceOf(Retention.Keep.class);
        assertThat(rules.replacement(state, END, Optional.of(END)))
                .isEqualTo(new Retention.DeleteAfter(END.plus(HISTORY)));
    }

    @Test
    void deletesAPlanThatWasNotApprovedEarlier() {
        assertThat(rules.replacement(RunState.PLANNED, END, Optional.empty()))
                .isEqualTo(new Retention.DeleteAfter(END.plus(INACTIVE)));
    }

    @Test
    void keepsABucketUntilItIsFullAndOpen() {
        Instant later = END.plusSeconds(60);

        assertThat(rules.bucket(new Bucket(END, later))).isEqualTo(new Retention.DeleteAfter(later.plus(INACTIVE)));
        assertThat(rules.bucket(new Bucket(later, END))).isEqualTo(new Retention.DeleteAfter(later.plus(INACTIVE)));
    }

    @Test
    void keepsAFailingNameDuringItsQuarantine() {
        assertThat(rules.failingName(END, Optional.of(END.plusSeconds(60))))
                .isEqualTo(new Retention.DeleteAfter(END.plusSeconds(60).plus(INACTIVE)));
        assertThat(rules.failingName(END, Optional.empty())).isEqualTo(new Retention.DeleteAfter(END.plus(INACTIVE)));
    }

    @Test
    void refusesAHistoryThatIsShorterThanTheTopics() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RetentionRules(RetentionRules.MIN_HISTORY.minusSeconds(1), INACTIVE));
    }
}
