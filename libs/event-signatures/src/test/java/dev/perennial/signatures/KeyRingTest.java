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

        assertThat(both.afterPublication(end.minusSeconds(1), SigningKey::generate)
                        .ids())
                .containsExactly(FIRST.id(), SECOND.id());
        assertThat(both.afterPublication(end, SigningKey::generate).ids()).containsExactly(SECOND.id());
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
}
