package dev.perennial.validation.dns01;

import dev.perennial.testbed.process.Ports;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** Runs the provider contract against a fake API. */
abstract class FakeProviderContract extends DnsProviderContract {
    private final InMemorySecretStore vault = new InMemorySecretStore();
    final FakeProviderApi api;

    FakeProviderContract(FakeProviderApi api, Map<String, String> credentials, Map<String, String> wrong) {
        this.api = api;
        vault.createOnly(SecretPath.dnsProvider("right"), credentials);
        vault.createOnly(SecretPath.dnsProvider("wrong"), wrong);
    }

    @AfterEach
    void stop() {
        api.close();
    }

    abstract DnsProvider provider(String name, URI url, Credentials credentials);

    private DnsProvider provider(String name, URI url) {
        return provider(name, url, credentials(name));
    }

    final Credentials credentials(String name) {
        return new Credentials(name, vault);
    }

    @Override
    String zone() {
        return "corp.test";
    }

    @Override
    DnsProvider provider() {
        return provider("right", api.address());
    }

    @Override
    DnsProvider withWrongCredentials() {
        return provider("wrong", api.address());
    }

    @Override
    DnsProvider withoutCredentials() {
        return provider("none", api.address());
    }

    @Override
    DnsProvider unreachable() {
        return provider("right", Ports.loopback("http", Ports.free()));
    }

    @Override
    List<String> values(String fqdn) {
        return List.copyOf(api.at(fqdn));
    }
}
