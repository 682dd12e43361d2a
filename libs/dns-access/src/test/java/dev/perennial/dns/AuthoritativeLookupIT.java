package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.PowerDnsPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.Ports;
import dev.perennial.testbed.process.ProcessLauncher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** BIND serves corp.test and a zone below it; PowerDNS on a second address serves another one. */
class AuthoritativeLookupIT {
    private static final Zone CORP = new Zone("corp.test", """
        @ NS ns1
        ns1 A 127.0.0.1
        ns9 A 127.0.0.9
        _acme-challenge.alias CNAME Target.Other.Test.
        served NS ns1
        served NS ns9
        dyn NS ns2.away
        ns2.away A 127.0.0.2
        """);

    private static final Zone SERVED = new Zone("served.corp.test", """
        @ NS ns1.corp.test.
        @ NS ns9.corp.test.
        """);

    private static RunFolder run;
    private static BindPart bind;

    @BeforeAll
    static void start() {
        run = RunFolder.temporary();
        var launcher = new ProcessLauncher(run.logs(), run.pids());
        bind = new BindPart(run, launcher, List.of(CORP, SERVED));
        bind.start();
        new PowerDnsPart(run, launcher, "127.0.0.2", bind.port(), List.of("dyn.corp.test")).start();
    }

    @AfterAll
    static void stop() {
        run.pids().sweep();
        run.clear();
    }

    @Test
    void findsTheServersOfANameThatDoesNotExist() throws IOException {
        assertThat(lookup().serversOf("_acme-challenge.absent.corp.test"))
                .singleElement()
                .hasToString("ns1.corp.test (127.0.0.1)");
        assertThat(lookup().cname("_acme-challenge.absent.corp.test")).isEmpty();
    }

    @Test
    void findsTheTargetOfACname() throws IOException {
        assertThat(lookup().cname("_acme-challenge.alias.corp.test")).contains("target.other.test");
    }

    @Test
    void followsAReferral() throws IOException {
        assertThat(lookup().serversOf("dyn.corp.test")).singleElement().hasToString("ns2.away.corp.test (127.0.0.2)");
    }

    @Test
    void findsAZoneOnTheSameServerAsItsParent() throws IOException {
        assertThat(lookup().serversOf("served.corp.test"))
                .extracting(NameServer::toString)
                .containsExactlyInAnyOrder("ns1.corp.test (127.0.0.1)", "ns9.corp.test (127.0.0.9)");
    }

    @Test
    void findsTheZoneOfADomainWhoseParentTheResolverDoesNotServe() throws IOException {
        assertThat(lookup().serversOf("corp.test")).singleElement().hasToString("ns1.corp.test (127.0.0.1)");
    }

    @Test
    void reportsServersThatDoNotAnswer() {
        var closed = new AuthoritativeLookup(new AuthoritativeServers(resolver(), Ports.free()));

        assertThatExceptionOfType(DnsUnavailableException.class)
                .isThrownBy(() -> closed.serversOf("_acme-challenge.www.corp.test"))
                .withMessageContaining("127.0.0.1");
    }

    private static AuthoritativeLookup lookup() {
        return new AuthoritativeLookup(new AuthoritativeServers(resolver(), bind.port()));
    }

    private static DnsClient resolver() {
        return DnsClient.toResolver(() -> Optional.of(bind.resolver()), Duration.ofSeconds(2));
    }
}
