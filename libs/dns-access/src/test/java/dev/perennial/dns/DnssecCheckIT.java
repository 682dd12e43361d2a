package dev.perennial.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.dns.BindPart;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.process.ProcessLauncher;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Type;

/** Runs against a real BIND with zones that it signed itself. */
class DnssecCheckIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final Zone GOOD = Zone.onLoopback("good.corp.test").asSigned();
    private static final Zone FOREIGN = Zone.onLoopback("foreign.corp.test").asSigned();
    private static final Zone BARE = Zone.onLoopback("bare.corp.test");
    private static final Zone PLAIN = Zone.onLoopback("plain.corp.test");
    private static final String DELEGATIONS = """
        good NS ns1.good
        ns1.good A 127.0.0.1
        foreign NS ns1.foreign
        ns1.foreign A 127.0.0.1
        bare NS ns1.bare
        ns1.bare A 127.0.0.1
        plain NS ns1.plain
        ns1.plain A 127.0.0.1
        """;

    private static RunFolder run;
    private static BindPart bind;

    @BeforeAll
    static void start() {
        run = RunFolder.temporary();
        BindPart before = bind("");
        before.start();
        String ds = ds(before, "good.corp.test");
        before.stop();
        // The DS record of one zone does not match the key of another, and the zone "bare" is not signed at all.
        bind = bind("good DS " + ds + "\nforeign DS " + ds + "\nbare DS " + ds + "\n");
        bind.start();
        ds(bind, "foreign.corp.test");
    }

    @AfterAll
    static void stop() {
        run.pids().sweep();
        run.clear();
    }

    @Test
    void acceptsSignaturesThatMatchTheDsRecord() throws IOException {
        assertThat(status("www.good.corp.test")).isEqualTo(new DnssecStatus.Secure("good.corp.test"));
        assertThat(status("good.corp.test")).isEqualTo(new DnssecStatus.Secure("good.corp.test"));
    }

    @Test
    void expectsNoSignaturesWithoutDsRecord() throws IOException {
        assertThat(status("www.plain.corp.test")).isEqualTo(new DnssecStatus.Insecure("plain.corp.test"));
    }

    @Test
    void detectsADsRecordOfAnotherKey() throws IOException {
        assertThat(status("www.foreign.corp.test")).isInstanceOfSatisfying(DnssecStatus.Bogus.class, bogus -> {
            assertThat(bogus.zone()).isEqualTo("foreign.corp.test");
            assertThat(bogus.reason()).containsIgnoringCase("ds");
        });
    }

    @Test
    void detectsMissingSignatures() throws IOException {
        assertThat(status("www.bare.corp.test")).isInstanceOf(DnssecStatus.Bogus.class);
    }

    private static DnssecStatus status(String name) throws IOException {
        DnsClient resolver = resolver(bind);
        return new DnssecCheck(resolver, new AuthoritativeServers(resolver, bind.port()), TIMEOUT).of(name);
    }

    private static BindPart bind(String delegations) {
        Zone parent = new Zone("corp.test", Zone.onLoopback("corp.test").records() + DELEGATIONS + delegations);
        return new BindPart(
                run, new ProcessLauncher(run.logs(), run.pids()), List.of(parent, GOOD, FOREIGN, BARE, PLAIN));
    }

    /** The DS record of BIND's key, as soon as BIND has signed the zone. */
    private static String ds(BindPart server, String zone) {
        assertThat(Await.until(Duration.ofSeconds(20), () -> !keys(server, zone).isEmpty()))
                .as("the zone is signed")
                .isTrue();
        DNSKEYRecord key = keys(server, zone).getFirst();
        return new DSRecord(key.getName(), key.getDClass(), 1, DNSSEC.Digest.SHA256, key).rdataToString();
    }

    private static List<DNSKEYRecord> keys(BindPart server, String zone) {
        try {
            return resolver(server).records(zone, Type.DNSKEY, DNSKEYRecord.class);
        } catch (IOException e) {
            return List.of();
        }
    }

    private static DnsClient resolver(BindPart server) {
        return DnsClient.toResolver(() -> Optional.of(server.resolver()), TIMEOUT);
    }
}
