package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.platform.crypto.SigningKey;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final Instant START = TestTime.START;
    private static final SigningKey FIRST = SigningKey.generate();
    private static final SigningKey SECOND = SigningKey.generate();

    private final KeyRing first = KeyRing.of(FIRST, START).afterPublication(START, SigningKey::generate);
    private final Instant rotation = START.plus(KeyRing.ROTATION);
    private final KeyRing both =
            first.afterPublication(rotation, () -> SECOND).afterPublication(rotation, SigningKey::generate);

    @Test
    void usesTheFirstKeyAtOnce() {
        assertThat(KeyRing.of(FIRST, START).current(START).id()).isEqualTo(FIRST.id());
        assertThat(first.current(START).id()).isEqualTo(FIRST.id());
    }

    @Test
    void createsTheNextKeyAfterTheRotationInterval() {
        assertThat(first.afterPublication(rotation.minusSeconds(1), () -> SECOND))
                .isEqualTo(first);
        assertThat(both.ids()).containsExactly(FIRST.id(), SECOND.id());
    }

    @Test
    void usesANewKeyADayAfterItsPublication() {
        assertThat(both.current(rotation.plus(KeyRing.LEAD).minusSeconds(1)).id())
                .isEqualTo(FIRST.id());
        assertThat(both.current(rotation.plus(KeyRing.LEAD)).id()).isEqualTo(SECOND.id());
    }

    @Test
    void doesNotUseAKeyWhosePublicationIsNotRecorded() {
        KeyRing unpublished = first.afterPublication(rotation, () -> SECOND);

        assertThat(unpublished.current(rotation.plus(Duration.ofDays(30))).id()).isEqualTo(FIRST.id());
    }

    @Test
    void keepsAKeyWhileRecordsOfItMayBeRead() {
        Instant end = rotation.plus(KeyRing.LEAD).plus(KeyRing.KEPT);
        KeyRing ended = after(both, end);

        assertThat(after(both, end.minusSeconds(1))).isEqualTo(both);
        assertThat(after(ended, end.plus(KeyRing.LEAD).minusSeconds(1)).ids()).containsExactly(FIRST.id(), SECOND.id());
        assertThat(after(ended, end.plus(KeyRing.LEAD)).ids()).containsExactly(SECOND.id());
    }

    /** One replica had a wrong clock for a moment. */
    @Test
    void rotatesAfterAClockThatWasAhead() {
        Instant wrong = START.plus(Duration.ofDays(3_650));
        KeyRing ring = after(after(first, wrong), wrong);
        String afterTheJump = ring.ids().toList().getLast();

        ring = after(ring, START);
        assertThat(ring.current(START).id()).isEqualTo(FIRST.id());
        assertThat(ring.current(START.plus(KeyRing.LEAD)).id()).isEqualTo(afterTheJump);

        ring = after(ring, START.plus(KeyRing.ROTATION));
        assertThat(ring.ids().toList().getLast()).isNotEqualTo(afterTheJump);
    }

    @Test
    void keepsTheFormerKeyWhileTheClockOfOneReplicaIsAhead() {
        KeyRing ring = both;
        for (int hour = 2; hour < 24 * 44; hour++) {
            Instant now = rotation.plus(Duration.ofHours(hour));
            ring = after(ring, now.plus(Duration.ofDays(60)));
            ring = after(ring, now);
        }

        assertThat(ring.ids()).startsWith(FIRST.id(), SECOND.id());
    }

    @Test
    void removesAKeyWhoseEndAClockAheadHasRecorded() {
        Instant end = rotation.plus(KeyRing.LEAD).plus(KeyRing.KEPT);
        KeyRing ring = after(after(both, end.plus(Duration.ofDays(3_650))), end);

        assertThat(ring.ids()).contains(FIRST.id());
        assertThat(after(ring, end.plus(KeyRing.LEAD)).ids()).doesNotContain(FIRST.id());
    }

    @Test
    void createsFewKeysWhileTheClockOfOneReplicaIsFarAhead() {
        KeyRing ring = first;
        for (int hour = 0; hour < 48; hour++) {
            Instant now = START.plus(Duration.ofHours(hour));
            ring = after(ring, now.plus(Duration.ofDays(3_650)));
            ring = after(ring, now);
        }

        assertThat(ring.ids()).hasSizeLessThanOrEqualTo(KeyRing.MAX_KEYS).startsWith(FIRST.id());
    }

    @Test
    void usesTheOldestKeyIfTheClockWasSetBack() {
        assertThat(both.current(START.minus(Duration.ofDays(400))).id()).isEqualTo(FIRST.id());
    }

    @Test
    void readsWhatItWrites() {
        assertThat(KeyRing.parse(both.toJson())).isEqualTo(both);
    }

    @Test
    void showsNoPrivateKey() {
        assertThat(both.toString() + both.entries().getFirst()).doesNotContain("\"d\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.parse(both.toJson().replace("P-256", "P-257")))
                .withMessageNotContaining("\"d\"")
                .withNoCause();
        assertThat(PublicKeySet.toJson(both.publicKeys())).doesNotContain("\"d\"");
    }

    private static KeyRing after(KeyRing ring, Instant now) {
        return ring.afterPublication(now, SigningKey::generate);
    }
}
