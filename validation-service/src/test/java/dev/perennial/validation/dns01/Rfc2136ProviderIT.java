package dev.perennial.validation.dns01;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.Ports;
import dev.perennial.validation.challenges.PresentationException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs against a real BIND 9. */
class Rfc2136ProviderIT extends DnsProviderContract {
    private static DnsTestServers servers;
    private static BindPart bind;

    @BeforeAll
    static void start() {
        servers = new DnsTestServers();
        bind = servers.bind(List.of(Zone.onLoopback("corp.test"), Zone.onLoopback("below.corp.test")));
        servers.key("wrong", "d3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3Jvbmcgd3I=");
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void refusesANameOutsideTheServersZones() {
        assertThatExceptionOfType(PresentationException.class)
                .isThrownBy(() -> provider().add(new TxtRecord("_acme-challenge.elsewhere.test", "one")));
    }

    @Override
    String zone() {
        return "below.corp.test";
    }

    @Override
    DnsProvider provider() {
        return servers.provider("bind", bind.resolver());
    }

    @Override
    DnsProvider withWrongCredentials() {
        return servers.provider("wrong", bind.resolver());
    }

    @Override
    DnsProvider withoutCredentials() {
        return servers.provider("none", bind.resolver());
    }

    @Override
    DnsProvider unreachable() {
        return servers.provider("bind", "127.0.0.1:" + Ports.free());
    }

    @Override
    List<String> values(String fqdn) {
        return DnsTestServers.values(bind.resolver(), fqdn);
    }
}
