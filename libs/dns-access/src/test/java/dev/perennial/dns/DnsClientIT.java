package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.ProcessLauncher;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Runs against a real BIND. */
class DnsClientIT {
    private static final Zone CORP = new Zone("corp.test", """
        @ NS ns1
        ns1 A 127.0.0.1
        www A 127.0.0.7
        www AAAA ::1
        six AAAA ::1
        alias CNAME hop
        hop CNAME Away.Other.Test.
        loop CNAME back
        back CNAME loop
        nowhere CNAME absent
        """);
    private static final Zone OTHER = new Zone("other.test", """
        @ NS ns1
        ns1 A 127.0.0.1
        away A 127.0.0.8
        """);

    private static RunFolder run;
    private static BindPart bind;

    @BeforeAll
    static void start() {
        run = RunFolder.temporary();
        bind = new BindPart(run, new ProcessLauncher(run.logs(), run.pids()), List.of(CORP, OTHER));
        bind.start();
    }

    @AfterAll
    static void stop() {
        run.pids().sweep();
        run.clear();
    }

    @Test
    void findsAddressesDirectlyAndThroughCnames() throws Exception {
        assertThat(lookup().addresses("www.corp.test")).containsExactly(InetAddress.getByName("127.0.0.7"));
        assertThat(lookup().addresses("six.corp.test")).containsExactly(InetAddress.getByName("::1"));
        assertThat(lookup().addresses("Alias.corp.test")).containsExactly(InetAddress.getByName("127.0.0.8"));
    }

    @Test
    void returnsTheTargetOfCnames() throws Exception {
        assertThat(resolver().alias("Alias.corp.test")).contains("away.other.test");
        assertThat(resolver().alias("nowhere.corp.test")).contains("absent.corp.test");
        assertThat(resolver().alias("WWW.corp.test")).isEmpty();
        assertThat(resolver().alias("absent.corp.test")).isEmpty();
    }

    @Test
    void namesTheServerIfThereIsNoAddress() {
        for (String name : List.of("absent.corp.test", "corp.test", "nowhere.corp.test")) {
            assertThatThrownBy(() -> lookup().addresses(name))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining(Integer.toString(bind.port()));
        }
        assertThatThrownBy(() -> lookup().addresses("loop.corp.test"))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining("loop");
    }

    @Test
    void findsTheZoneAndItsServers() throws IOException {
        assertThat(resolver().zoneOf("a.b.corp.test")).contains("corp.test");
        assertThat(new AuthoritativeServers(resolver(), bind.port()).of("www.corp.test"))
                .singleElement()
                .hasToString("ns1.corp.test (127.0.0.1)");
    }

    @Test
    void namesTheServerThatDoesNotAnswer() {
        DnsClient unreachable = DnsClient.toResolver(() -> Optional.of("127.0.0.1:1"), Duration.ofMillis(200));
        assertThatIOException()
                .isThrownBy(() -> unreachable.addresses("www.corp.test"))
                .withMessageContaining("127.0.0.1:1 does not answer");
    }

    private static AddressLookup lookup() {
        return AddressLookup.of(() -> Optional.of(bind.resolver()));
    }

    private static DnsClient resolver() {
        return DnsClient.toResolver(() -> Optional.of(bind.resolver()), Duration.ofSeconds(3));
    }
}
