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
                .<Callable<String>>mapToObj(replica ->
                        () -> store(vault).load().current(time.instant()).id())
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
                String first =
                        run.store(run.vault).load().current(run.time.instant()).id();
                run.time.pass(KeyRing.ROTATION);
                var crashing = new CountingStore(run.vault).crashingAt(write, afterEffect);
                assertThatThrownBy(() -> run.store(crashing).load()).isInstanceOf(CountingStore.Crash.class);
                run.time.pass(pause);

                KeyRing ring = run.store(run.vault).load();

                String place = "write " + write + ", pause " + pause;
                boolean recordedBeforeTheCrash = write == 3 && afterEffect && pause.compareTo(KeyRing.LEAD) > 0;
                assertThat(ring.current(run.time.instant()).id().equals(first))
                        .as(place)
                        .isNotEqualTo(recordedBeforeTheCrash);
                assertThat(run.published().keys()).as(place).hasSize(2);
                run.time.pass(KeyRing.LEAD);
                String next =
                        run.store(run.vault).load().current(run.time.instant()).id();
                assertThat(run.published().find(next)).as(place).isPresent();
                assertThat(next).as(place).isNotEqualTo(first);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void publishesTheFirstKeyBeforeItsUseWhateverWriteCrashes(boolean afterEffect) {
        for (int write = 1; write <= 3; write++) {
            var run = new KeyRingStoreTest();
            var crashing = new CountingStore(run.vault).crashingAt(write, afterEffect);
            assertThatThrownBy(() -> run.store(crashing).load()).isInstanceOf(CountingStore.Crash.class);

            String id = run.store(run.vault).load().current(run.time.instant()).id();

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
        return new KeyRingStore(secrets, SERVICE, time, SigningKey::generate);
    }

    private PublicKeySet published() {
        return PublicKeySet.parse(vault.read(PUBLIC).orElseThrow().require(KeyRingStore.PUBLIC_KEYS));
    }
}
