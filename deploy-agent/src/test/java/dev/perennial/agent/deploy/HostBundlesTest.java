package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.agent.TestBundles;
import dev.perennial.events.CertificateId;
import dev.perennial.events.OrderId;
import dev.perennial.events.RetryLater;
import dev.perennial.vault.Bundle;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostBundlesTest {
    private final InMemorySecretStore store = new InMemorySecretStore();
    private final HostBundles bundles = new HostBundles(store, "web-1");
    private final CertificateId shop = CertificateId.next();
    private final OrderId before = OrderId.next();
    private final Bundle bundle = new TestBundles().bundle(shop, "shop");
    private final OrderId after = OrderId.next();

    @Test
    void waitsForTheFirstBundle() {
        assertThatThrownBy(() -> bundles.atLeast(shop, before))
                .isInstanceOf(RetryLater.class)
                .hasMessageContaining("no bundle yet");
    }

    @Test
    void waitsForABundleOfALaterOrder() {
        store.createOnly(SecretPath.hostCopy("web-1", shop), bundle.toSecret());

        assertThatThrownBy(() -> bundles.atLeast(shop, after))
                .isInstanceOf(RetryLater.class)
                .hasMessageContaining("older order " + bundle.orderId());
    }

    @Test
    void readsTheBundleOfTheOrderOrOfALaterOne() {
        store.createOnly(SecretPath.hostCopy("web-1", shop), bundle.toSecret());

        assertThat(bundles.atLeast(shop, bundle.orderId())).isEqualTo(bundle);
        assertThat(bundles.atLeast(shop, before)).isEqualTo(bundle);
    }

    @Test
    void rejectsTheBundleOfAnotherCertificate() {
        store.createOnly(
                SecretPath.hostCopy("web-1", shop),
                new TestBundles().bundle(CertificateId.next(), "x").toSecret());

        assertThatThrownBy(() -> bundles.read(shop)).isInstanceOf(UnreadableBundleException.class);
    }

    @Test
    void listsOnlyCertificates() {
        store.createOnly(SecretPath.hostCopy("web-1", shop), bundle.toSecret());
        store.createOnly(new SecretPath("hosts/web-1/notes"), Map.of());

        assertThat(bundles.list()).containsExactly(shop);
    }
}
