package dev.perennial.validation.dns01;

import dev.perennial.dns.DnsClient;
import dev.perennial.dns.ServerAddress;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.PowerDnsPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.ProcessLauncher;
import dev.perennial.vault.InMemorySecretStore;
import dev.perennial.vault.SecretPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Real DNS servers for the tests of this package, and a secret store with their keys. */
final class DnsTestServers implements AutoCloseable {
    final RunFolder run = RunFolder.temporary();
    final ProcessLauncher launcher = new ProcessLauncher(run.logs(), run.pids());
    final InMemorySecretStore vault = new InMemorySecretStore();

    BindPart bind(List<Zone> zones) {
        BindPart bind = new BindPart(run, launcher, zones);
        bind.start();
        key("bind", bind.secret());
        return bind;
    }

    /** @param updates the statement of each zone that permits updates */
    BindPart bind(List<Zone> zones, String updates) {
        BindPart bind = new BindPart(run, launcher, zones, false, updates);
        bind.start();
        key("bind", bind.secret());
        return bind;
    }

    PowerDnsPart powerDns(List<String> zones) {
        return started(new PowerDnsPart(run, launcher, zones));
    }

    /** Its zones exist only for requests that are signed with its key. */
    BindPart keyOnlyBind(List<Zone> zones) {
        BindPart bind = new BindPart(run, launcher, zones, true);
        bind.start();
        key("bind", bind.secret());
        return bind;
    }

    /** A second server on another address with the same port, which all authoritative servers share. */
    PowerDnsPart second(BindPart first, List<String> zones) {
        return started(new PowerDnsPart(run, launcher, "127.0.0.2", first.port(), zones));
    }

    private PowerDnsPart started(PowerDnsPart powerDns) {
        powerDns.start();
        vault.createOnly(SecretPath.dnsProvider("powerdns"), Map.of("apiKey", powerDns.apiKey()));
        return powerDns;
    }

    PowerDnsProvider powerDns(String name, URI url) {
        return new PowerDnsProvider(name, ProviderSettings.api("powerdns", url), new Credentials(name, vault));
    }

    void key(String provider, String secret) {
        vault.createOnly(SecretPath.dnsProvider(provider), Map.of("keyName", BindPart.KEY_NAME, "secret", secret));
    }

    Rfc2136Provider provider(String name, String server) {
        return new Rfc2136Provider(name, ProviderSettings.rfc2136(server), new Credentials(name, vault));
    }

    static List<String> values(String server, String fqdn) {
        try {
            return new DnsClient(Optional.of(ServerAddress.parse("test", server)), false, Duration.ofSeconds(3))
                    .records(fqdn, Type.TXT, TXTRecord.class).stream()
                            .map(txt -> String.join("", txt.getStrings()))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        run.pids().sweep();
        run.clear();
    }
}
