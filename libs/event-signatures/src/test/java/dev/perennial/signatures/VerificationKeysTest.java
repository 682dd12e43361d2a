package dev.perennial.signatures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.perennial.events.RetryLater;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VerificationKeysTest {
    private static final String SERVICE = "order-service";

    private final InMemorySecretStore vault = new InMemorySecretStore();
    private final CountingStore store = new CountingStore(vault);
    private final TestTime time = new TestTime();
    private final SigningKey key = SigningKey.generate();
    private final String foreign = SigningKey.generate().id();
    private final VerificationKeys keys = new VerificationKeys(store, time, time::nanos);

    @Test
    void findsAKeyForItsServiceOnly() {
        publish(key);

        assertThat(find(key.id())).isPresent();
        assertThat(keys.find("issuance-service", key.id())).isEmpty();
        assertThat(find(foreign)).isEmpty();
    }

    @Test
    void readsTheKeysOnceForManyRecords() {
        publish(key);
        Stream.generate(SigningKey::generate).limit(50).map(SigningKey::id).forEach(this::find);
        find(key.id());

        assertThat(store.reads).hasValue(1);
    }

    @Test
    void aFloodOfUnknownKeysCausesOneReadPerHalfMinute() {
        publish(key);
        for (int second = 0; second < 120; second++) {
            assertThat(find(foreign)).isEmpty();
            time.pass(Duration.ofSeconds(1));
        }

        assertThat(store.reads.get()).isLessThanOrEqualTo(5);
    }

    @Test
    void refusesUnknownKeysWhileVaultIsSealed() {
        publish(key);
        find(key.id());
        vault.seal(true);
        for (int minute = 0; minute < 60; minute++) {
            time.pass(Duration.ofMinutes(1));
            assertThat(find(foreign)).isEmpty();
        }

        assertThat(find(key.id())).isPresent();
        assertThat(store.reads.get()).isLessThanOrEqualTo(15);
    }

    @Test
    void cannotDecideBeforeTheFirstRead() {
        publish(key);
        vault.seal(true);
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> find(key.id()));
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> find(key.id()));
        assertThat(store.reads).hasValue(1);

        vault.seal(false);
        time.pass(Duration.ofSeconds(1));

        assertThat(find(key.id())).isPresent();
    }

    /** Within a day, Vault may have become available to the writer only. */
    @Test
    void cannotDecideAboutAnUnknownKeyAfterALongOutage() {
        publish(key);
        find(key.id());
        vault.seal(true);
        time.pass(PublishedKeys.COMPLETE);

        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> find(foreign));
        assertThat(find(key.id())).isPresent();
    }

    @Test
    void waitsForTheFirstKeyOfAService() {
        assertThat(find(key.id())).isEmpty();
        publish(key);
        assertThatExceptionOfType(RetryLater.class).isThrownBy(() -> find(key.id()));
        time.pass(Duration.ofSeconds(1));

        assertThat(find(key.id())).isPresent();
    }

    @Test
    void knowsAReplacedKeyAfterHalfAMinute() {
        publish(key);
        find(key.id());
        SigningKey replacement = SigningKey.generate();
        publish(replacement);
        time.pass(Duration.ofSeconds(30));

        assertThat(find(replacement.id())).isPresent();
        assertThat(find(key.id())).isEmpty();
    }

    /** Also a reader that no record has reached for days. */
    @Test
    void acceptsNoRemovedKeyAfterTheRefresh() {
        for (Duration idle : List.of(PublishedKeys.REFRESH, Duration.ofMinutes(6), Duration.ofDays(5))) {
            publish(key);
            var reader = new VerificationKeys(store, time, time::nanos);
            assertThat(reader.find(SERVICE, key.id())).isPresent();
            publish(SigningKey.generate());
            time.pass(idle);

            assertThat(reader.find(SERVICE, key.id())).as("after " + idle).isEmpty();
        }
    }

    /** The monotonic clock shows ten seconds since the last read. */
    @Test
    void readsAgainAfterItsMachineWasSuspended() {
        publish(key);
        find(key.id());
        SigningKey replacement = SigningKey.generate();
        publish(replacement);
        time.pass(Duration.ofSeconds(10));
        assertThat(find(key.id())).isPresent();
        time.suspend(Duration.ofDays(3));

        assertThat(find(replacement.id())).isPresent();
        assertThat(find(key.id())).isEmpty();
    }

    @Test
    void readsNotMoreOftenIfTheTimeOfDayIsSetBack() {
        publish(key);
        find(key.id());
        time.ahead(Duration.ofDays(-60));
        find(key.id());
        assertThat(store.reads).hasValue(1);
        time.pass(PublishedKeys.REFRESH);
        find(key.id());

        assertThat(store.reads).hasValue(2);
    }

    @Test
    void acceptsNoKeyOfAServiceWhoseKeysWereDeleted() {
        publish(key);
        find(key.id());
        vault.destroy(SecretPath.signers(SERVICE));
        time.pass(PublishedKeys.REFRESH);

        assertThat(find(key.id())).isEmpty();
    }

    @Test
    void keepsAKnownKeyWithoutVaultAndReadsAgainOncePerHalfMinute() {
        publish(key);
        find(key.id());
        vault.seal(true);
        time.pass(Duration.ofDays(5));
        int reads = store.reads.get();
        for (int second = 0; second < 60; second++) {
            assertThat(find(key.id())).isPresent();
            time.pass(Duration.ofSeconds(1));
        }
        assertThat(store.reads).hasValue(reads + 2);

        vault.seal(false);
        publish(SigningKey.generate());

        assertThat(find(key.id())).isEmpty();
    }

    @Test
    void noThreadAcceptsARemovedKeyWhileAnotherReads() throws Exception {
        publish(key);
        find(key.id());
        publish(SigningKey.generate());
        time.pass(PublishedKeys.REFRESH);
        var mayRead = new CountDownLatch(1);
        store.beforeRead(mayRead);
        List<Thread> threads = new ArrayList<>();
        List<Optional<VerificationKey>> found = new CopyOnWriteArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(Thread.ofPlatform().start(() -> found.add(find(key.id()))));
        }
        await().until(() -> threads.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
        mayRead.countDown();
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(found).containsExactly(Optional.empty(), Optional.empty());
    }

    @Test
    void keepsTheKeysIfTheSetIsDamaged() {
        publish(key);
        find(key.id());
        for (String damaged : List.of("", "{}", "[]", "{\"keys\":[{\"kty\":\"RSA\"}]}", "x".repeat(20_000))) {
            vault.replace(SecretPath.signers(SERVICE), Map.of("jwks", damaged), latest());
            time.pass(PublishedKeys.REFRESH);
            find(foreign);

            assertThat(find(key.id())).as(damaged).isPresent();
        }
    }

    private Optional<VerificationKey> find(String id) {
        return keys.find(SERVICE, id);
    }

    private void publish(SigningKey published) {
        String jwks = PublicKeySet.toJson(List.of(published.verificationKey().jwk()));
        vault.replace(SecretPath.signers(SERVICE), Map.of("jwks", jwks), latest());
    }

    private long latest() {
        return vault.versions(SecretPath.signers(SERVICE)).latest();
    }
}
