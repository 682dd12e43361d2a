package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.events.RetryLater;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRingStoreTest {
    private static final String SERVICE = "issuance-service";
    private static final SecretPath PRIVATE = SecretPath.signingKeys(SERVICE);
    private static final SecretPath PUBLIC = SecretPath.signers(SERVICE);

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final TestTime time = new TestTime();

    @Test
    void replicasThatStartTogetherUseOneKey() throws Exception {
        List<Callable<String>> replicas = IntStream.range(0, 8)
                .<Callable<String>>mapToObj(
                        replica -> () -> store(vault).load().current().id())
                .toList();

        try (var threads = Executors.newFixedThreadPool(8)) {
            List<String> ids = threads.invokeAll(replicas).stream()
                    .map(done -> done.resultNow())
                    .toList();

            assertThat(Set.copyOf(ids)).hasSize(1);
            assertThat(published().keys()).containsOnlyKeys(ids.getFirst());
        }
    }

    /** A process may die before or after each write; another one continues, also days later. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void usesNoKeyBeforeADayAfterItsPublicationWhateverWriteCrashes(boolean afterEffect) {
        for (int write = 1; write <= 3; write++) {
            for (Duration pause : List.of(Duration.ZERO, Duration.ofDays(3))) {
                var run = new KeyRingStoreTest();
                var crashing = new CountingStore(run.vault);
                KeyRingStore dying = run.store(crashing);
                String first = dying.load().current().id();
                KeyRingStore other = run.store(run.vault);
                other.load();
                run.time.pass(KeyRing.ROTATION);
                crashing.crashingAt(write, afterEffect);
                assertThatThrownBy(dying::load).isInstanceOf(CountingStore.Crash.class);
                run.time.pass(pause);

                String place = "write " + write + ", pause " + pause;
                assertThat(other.load().current().id()).as(place).isEqualTo(first);
                assertThat(run.store(run.vault).load().current().id()).as(place).isEqualTo(first);
                assertThat(run.published().keys()).as(place).hasSize(2);
                run.time.pass(KeyRing.LEAD);
                String next = other.load().current().id();
                assertThat(run.published().find(next)).as(place).isPresent();
                assertThat(next).as(place).isNotEqualTo(first);
            }
        }
    }

    /** The replicas measure the same hours. */
    @Test
    void countsNoTimeTwice() {
        List<KeyRingStore> replicas =
                IntStream.range(0, 5).mapToObj(it -> store(vault)).toList();
        for (int hour = 0; hour <= 24 * 7; hour++) {
            replicas.forEach(KeyRingStore::load);
            time.pass(Duration.ofHours(1));
        }

        assertThat(store(vault).load().age()).isEqualTo(Duration.ofDays(7));
    }

    @Test
    void countsNoTimeBeforeTheStartOfAProcess() {
        for (int restart = 0; restart < 200; restart++) {
            store(vault).load();
            time.pass(Duration.ofDays(1));
        }

        assertThat(store(vault).load().age()).isZero();
    }

    /** Another Vault state may have the same version. */
    @Test
    void countsNoTimeOfAnotherContentOfTheSameVersion() {
        KeyRingStore replica = store(vault);
        replica.load();
        time.pass(Duration.ofDays(200));
        vault.destroy(PRIVATE);
        KeyRing other = KeyRing.of(SigningKey.generate());
        vault.replace(PRIVATE, Map.of("keys", other.toJson()), 0);
        vault.replace(PRIVATE, Map.of("keys", other.toJson()), 1);

        assertThat(replica.load().age()).isZero();
    }

    /** A replica that is suspended between its reads, and continues after the rotation. */
    @Test
    void publishesNoFormerKeys() {
        KeyRingStore other = store(vault);
        other.load();
        Runnable rotation = () -> {
            time.pass(KeyRing.ROTATION);
            other.load();
        };
        for (int read = 1; read <= 2; read++) {
            new KeyRingStore(
                            new CountingStore(vault).beforeRead(read, rotation),
                            SERVICE,
                            time::nanos,
                            SigningKey::generate)
                    .load();

            assertThat(published().keys().keySet())
                    .as("before read " + read)
                    .containsExactlyInAnyOrderElementsOf(
                            store(vault).load().ids().toList());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void publishesTheFirstKeyBeforeItsUseWhateverWriteCrashes(boolean afterEffect) {
        for (int write = 1; write <= 3; write++) {
            var run = new KeyRingStoreTest();
            var crashing = new CountingStore(run.vault).crashingAt(write, afterEffect);
            assertThatThrownBy(() -> run.store(crashing).load()).isInstanceOf(CountingStore.Crash.class);

            String id = run.store(run.vault).load().current().id();

            assertThat(run.published().keys()).containsOnlyKeys(id);
        }
    }

    @Test
    void publishesAgainWhatWasLost() {
        KeyRing ring = store(vault).load();
        vault.destroy(PUBLIC);

        assertThat(store(vault).load()).isEqualTo(ring);
        assertThat(published().keys()).containsOnlyKeys(ring.ids().toList().getFirst());
    }

    @Test
    void doesNotReplaceDamagedKeys() {
        vault.replace(PRIVATE, Map.of("keys", "[{\"jwk\": \"secret\"}]"), 0);

        assertThatThrownBy(() -> store(vault).load())
                .isInstanceOf(RetryLater.class)
                .hasMessageContaining("are damaged")
                .hasMessageNotContaining("secret\"");
        assertThat(vault.versions(PRIVATE).latest()).isEqualTo(1);
    }

    private KeyRingStore store(SecretStore secrets) {
        return new KeyRingStore(secrets, SERVICE, time::nanos, SigningKey::generate);
    }

    private PublicKeySet published() {
        return PublicKeySet.parse(vault.read(PUBLIC).orElseThrow().require(KeyRingStore.PUBLIC_KEYS));
    }
}
