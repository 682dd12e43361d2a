package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.testbed.dns.PowerDnsPart;
import dev.perennial.testbed.process.Ports;
import dev.perennial.validation.challenges.PresentationException;
import dev.perennial.vault.SecretPath;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs against a real PowerDNS; queries over DNS verify the results. */
class PowerDnsProviderIT extends DnsProviderContract {
    private static DnsTestServers servers;
    private static PowerDnsPart powerDns;

    @BeforeAll
    static void start() {
        servers = new DnsTestServers();
        powerDns = servers.powerDns(List.of("corp.test", "below.corp.test"));
        servers.vault.createOnly(SecretPath.dnsProvider("wrong"), Map.of("apiKey", "wrong"));
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void refusesANameOutsideTheServersZones() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> provider().add(new TxtRecord("_acme-challenge.notcorp.test", "one")));
    }

    /** The API has one key for all zones. */
    @Test
    void findsTheOtherZonesOfTheKey() {
        ProviderSettings settings =
                ProviderSettings.api("powerdns", powerDns.api()).of("corp.test", ExpectedRights.CHALLENGE_NAMES);

        assertThat(new PowerDnsProvider("powerdns", settings, new Credentials("powerdns", servers.vault)).rights())
                .isEqualTo(new VisibleRights.Broader(
                        "its key also has access to 1 other zone(s), for example below.corp.test."));
        assertThat(provider().rights()).isInstanceOf(VisibleRights.Unknown.class);
    }

    @Override
    String zone() {
        return "below.corp.test";
    }

    @Override
    DnsProvider provider() {
        return servers.powerDns("powerdns", powerDns.api());
    }

    @Override
    DnsProvider withWrongCredentials() {
        return servers.powerDns("wrong", powerDns.api());
    }

    @Override
    DnsProvider withoutCredentials() {
        return servers.powerDns("none", powerDns.api());
    }

    @Override
    DnsProvider unreachable() {
        return servers.powerDns("powerdns", Ports.loopback("http", Ports.free()));
    }

    @Override
    List<String> values(String fqdn) {
        return DnsTestServers.values(powerDns.resolver(), fqdn);
    }
}
