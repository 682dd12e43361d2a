package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.events.RetryLater;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import io.quarkus.runtime.StartupEvent;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SigningKeysTest {
    private static final String SERVICE = "order-service";

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final CountingStore store = new CountingStore(vault);
    private final TestTime time = new TestTime();
    private final SigningKeys keys = replica();

    @Test
    void waitsForVaultBeforeTheFirstSignature() {
        vault.seal(true);
        for (int record = 0; record < 100; record++) {
            assertThatExceptionOfType(RetryLater.class).isThrownBy(keys::current);
        }
        assertThat(store.reads).hasValue(1);
        vault.seal(false);
        time.pass(Duration.ofSeconds(1));

        assertThat(keys.current().id()).isEqualTo(replica().current().id());
    }

    @Test
    void publishesTheKeyOfAServiceAtItsStart() {
        keys.start(new StartupEvent());
        new SigningKeys(store, "deploy-agent", time, time::nanos).start(new StartupEvent());

        Awaitility.await().until(() -> vault.list(new SecretPath("signers")).equals(List.of(SERVICE)));
        assertThat(vault.list(new SecretPath("signing"))).containsExactly(SERVICE);
    }

    @Test
    void signsWithoutVaultForAMonth() {
        String id = keys.current().id();
        vault.seal(true);
        int reads = store.reads.get();
        for (int second = 0; second < 100; second++) {
            assertThat(keys.current().id()).isEqualTo(id);
        }
        assertThat(store.reads).hasValue(reads);

        time.pass(Duration.ofDays(29));
        assertThat(keys.current().id()).isEqualTo(id);
        assertThat(keys.current().id()).isEqualTo(id);
        assertThat(store.reads.get()).isLessThanOrEqualTo(reads + 1);

        time.pass(Duration.ofDays(2));
        assertThatExceptionOfType(RetryLater.class).isThrownBy(keys::current);
    }

    /** A replica that was idle for months signs with the key that readers know. */
    @Test
    void readsTheKeysBeforeItSignsAfterALongPause() {
        String first = keys.current().id();
        SigningKeys other = replica();
        for (int day = 0; day < 150; day++) {
            time.pass(Duration.ofDays(1));
            other.current();
        }

        assertThat(keys.current().id()).isEqualTo(other.current().id()).isNotEqualTo(first);
        assertThat(new VerificationKeys(vault, time, time::nanos).find(SERVICE, first))
                .isEmpty();
    }

    /** For example from a snapshot of two months ago: the monotonic clock shows minutes since the last read. */
    @Test
    void readsTheKeysBeforeItSignsAfterItsMachineWasSuspended() {
        String first = keys.current().id();
        TestTime correct = new TestTime();
        SigningKeys other = new SigningKeys(store, SERVICE, correct, correct::nanos);
        for (int day = 0; day < 150; day++) {
            correct.pass(Duration.ofDays(1));
            other.current();
        }
        time.suspend(Duration.ofDays(150));

        assertThat(keys.current().id()).isEqualTo(other.current().id()).isNotEqualTo(first);
    }

    @Test
    void refreshesEveryHourInTheBackground() {
        keys.current();
        int reads = store.reads.get();
        time.pass(Duration.ofHours(1));
        keys.current();

        Awaitility.await().until(() -> store.reads.get() > reads);
    }

    /** Rotation: whenever a reader has read the keys within a day, it verifies every record of the last 45 days. */
    @Test
    void everyRecordIsVerifiableWhileTheKeysRotate() {
        VerificationKeys daily = new VerificationKeys(vault, time, time::nanos);
        SigningKey[] used = new SigningKey[400];
        for (int day = 0; day < used.length; day++) {
            used[day] = keys.current();
            assertThat(daily.find(SERVICE, used[day].id())).as("day " + day).isPresent();
            var fresh = new VerificationKeys(vault, time, time::nanos);
            for (int past = Math.max(0, day - 44); past <= day; past++) {
                assertThat(fresh.find(SERVICE, used[past].id()))
                        .as("day " + past + " at day " + day)
                        .isPresent();
            }
            time.pass(Duration.ofHours(21));
            daily.find(SERVICE, used[day].id());
            time.pass(Duration.ofHours(3));
        }
        assertThat(java.util.Arrays.stream(used).map(SigningKey::id).distinct()).hasSize(5);
    }

    private SigningKeys replica() {
        return new SigningKeys(store, SERVICE, time, time::nanos);
    }
}
