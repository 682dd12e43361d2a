package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.perennial.platform.crypto.SigningKey;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeyRingTest {
    private static final SigningKey FIRST = SigningKey.generate();
    private static final SigningKey SECOND = SigningKey.generate();
    private static final Duration SECONDS = Duration.ofSeconds(1);

    private final KeyRing first = KeyRing.of(FIRST).afterPublication(Duration.ZERO, SigningKey::generate);
    private final KeyRing unpublished = first.afterPublication(KeyRing.ROTATION, () -> SECOND);
    private final KeyRing both = after(unpublished, Duration.ZERO);

    @Test
    void usesTheFirstKeyAtOnce() {
        assertThat(KeyRing.of(FIRST).current().id()).isEqualTo(FIRST.id());
        assertThat(first.current().id()).isEqualTo(FIRST.id());
    }

    @Test
    void createsTheNextKeyAfterTheRotationInterval() {
        assertThat(after(first, KeyRing.ROTATION.minus(SECONDS)).ids()).containsExactly(FIRST.id());
        assertThat(both.ids()).containsExactly(FIRST.id(), SECOND.id());
    }

    @Test
    void usesANewKeyADayAfterItsPublication() {
        assertThat(after(both, KeyRing.LEAD.minus(SECONDS)).current().id()).isEqualTo(FIRST.id());
        assertThat(after(both, KeyRing.LEAD).current().id()).isEqualTo(SECOND.id());
    }

    @Test
    void doesNotUseAKeyWhosePublicationIsNotRecorded() {
        assertThat(unpublished.current().id()).isEqualTo(FIRST.id());
    }

    /** The time until the record of the publication may have passed before the publication. */
    @Test
    void countsTheTimeOfAPublicationFromItsRecord() {
        KeyRing recorded = after(unpublished, Duration.ofDays(30));

        assertThat(recorded.current().id()).isEqualTo(FIRST.id());
        assertThat(after(recorded, KeyRing.LEAD.minus(SECONDS)).current().id()).isEqualTo(FIRST.id());
    }

    @Test
    void keepsAKeyWhileRecordsOfItMayBeRead() {
        Duration end = KeyRing.LEAD.plus(KeyRing.KEPT);

        assertThat(after(both, end.minus(SECONDS)).ids()).containsExactly(FIRST.id(), SECOND.id());
        assertThat(after(both, end).ids()).containsExactly(SECOND.id());
    }

    @Test
    void isNotWrittenForAShortTime() {
        assertThat(after(both, KeyRing.STEP.minus(SECONDS))).isEqualTo(both);
        assertThat(after(both, KeyRing.STEP).age()).isEqualTo(both.age().plus(KeyRing.STEP));
    }

    @Test
    void readsWhatItWrites() {
        assertThat(KeyRing.parse(both.toJson())).isEqualTo(both);
    }

    @Test
    void showsNoPrivateKey() {
        assertThat(both.toString() + both.keys().getFirst()).doesNotContain("\"d\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyRing.parse(both.toJson().replace("P-256", "P-257")))
                .withMessageNotContaining("\"d\"")
                .withNoCause();
        assertThat(PublicKeySet.toJson(both.publicKeys())).doesNotContain("\"d\"");
    }

    private static KeyRing after(KeyRing ring, Duration elapsed) {
        return ring.afterPublication(elapsed, SigningKey::generate);
    }
}
