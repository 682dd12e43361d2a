package dev.perennial.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The contract of every {@link SecretStore}, fake and real. The store may write orders, certificates and hosts.
 */
abstract class SecretStoreContract {
    abstract SecretStore store();

    @Test
    void readsNothingFromAnUnwrittenPath() {
        assertThat(store().read(SecretPath.orderKey(OrderId.next()))).isEmpty();
    }

    @Test
    void readsTheWrittenSecret() {
        SecretPath path = SecretPath.orderKey(OrderId.next());
        Map<String, String> data = Map.of("privateKey", "-----BEGIN\nüñ\"\\\n", "empty", "");
        store().createOnly(path, data);
        assertThat(store().read(path)).contains(new Secret(1, data));
    }

    @Test
    void createsOnlyOnce() {
        SecretPath path = SecretPath.orderKey(OrderId.next());
        SecretStore.CreateOnly first = store().createOnly(path, Map.of("k", "first"));
        SecretStore.CreateOnly second = store().createOnly(path, Map.of("k", "second"));
        assertThat(first).isEqualTo(new SecretStore.CreateOnly(true, new Secret(1, Map.of("k", "first"))));
        assertThat(second).isEqualTo(new SecretStore.CreateOnly(false, new Secret(1, Map.of("k", "first"))));
    }

    @Test
    void letsExactlyOneConcurrentCreatorSucceed() throws Exception {
        SecretPath path = SecretPath.orderKey(OrderId.next());
        Set<SecretStore.CreateOnly> outcomes = new HashSet<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<SecretStore.CreateOnly>> creators = java.util.stream.IntStream.range(0, 16)
                    .<Callable<SecretStore.CreateOnly>>mapToObj(
                            i -> () -> store().createOnly(path, Map.of("k", "" + i)))
                    .toList();
            int created = 0;
            for (Future<SecretStore.CreateOnly> outcome : threads.invokeAll(creators)) {
                created += outcome.get().created() ? 1 : 0;
                outcomes.add(new SecretStore.CreateOnly(false, outcome.get().secret()));
            }
            assertThat(created).isEqualTo(1);
        }
        assertThat(outcomes).hasSize(1);
    }

    @Test
    void replacesOnlyTheExpectedVersion() {
        SecretPath path = SecretPath.certificate(CertificateId.next());
        assertThat(store().replace(path, Map.of("k", "a"), 0)).isEqualTo(Optional.of(1L));
        assertThat(store().replace(path, Map.of("k", "b"), 0)).isEmpty();
        assertThat(store().replace(path, Map.of("k", "b"), 1)).isEqualTo(Optional.of(2L));
        assertThat(store().replace(path, Map.of("k", "c"), 1)).isEmpty();
        assertThat(store().read(path)).contains(new Secret(2, Map.of("k", "b")));
    }

    @Test
    void destroysOnlyTheGivenVersions() {
        SecretPath path = SecretPath.certificate(CertificateId.next());
        for (long before = 0; before < 4; before++) {
            store().replace(path, Map.of("k", "version " + (before + 1)), before);
        }

        store().destroy(path, List.of(1L, 3L, 9L));
        store().destroy(path, List.of(1L));

        assertThat(store().versions(path)).isEqualTo(new SecretStore.Versions(4, List.of(2L, 4L)));
        assertThat(store().read(path, 1)).isEmpty();
        assertThat(store().read(path, 2)).contains(new Secret(2, Map.of("k", "version 2")));
        assertThat(store().read(path, 3)).isEmpty();
        assertThat(store().read(path)).contains(new Secret(4, Map.of("k", "version 4")));
    }

    @Test
    void canBeWrittenAfterItsCurrentVersionWasDestroyed() {
        SecretPath path = SecretPath.certificate(CertificateId.next());
        store().replace(path, Map.of("k", "a"), 0);

        store().destroy(path, List.of(1L));

        assertThat(store().read(path)).isEmpty();
        assertThat(store().replace(path, Map.of("k", "b"), 0)).isEmpty();
        assertThat(store().versions(path)).isEqualTo(new SecretStore.Versions(1, List.of()));
        assertThat(store().replace(path, Map.of("k", "b"), 1)).contains(2L);
    }

    @Test
    void hasNoVersionsOfAnUnwrittenPath() {
        SecretPath path = SecretPath.certificate(CertificateId.next());
        assertThat(store().versions(path)).isEqualTo(SecretStore.Versions.NONE);
        assertThat(store().read(path, 1)).isEmpty();
        store().destroy(path, List.of(1L));
        assertThat(store().versions(path)).isEqualTo(SecretStore.Versions.NONE);
    }

    @Test
    void destroysAllVersionsAndTheMetadata() {
        SecretPath path = SecretPath.orderKey(OrderId.next());
        store().createOnly(path, Map.of("k", "a"));
        store().destroy(path);
        store().destroy(path);
        assertThat(store().read(path)).isEmpty();
        assertThat(store().createOnly(path, Map.of("k", "b")).created()).isTrue();
    }
}
