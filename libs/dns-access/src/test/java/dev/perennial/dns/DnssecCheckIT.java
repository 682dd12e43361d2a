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

/** With a real BIND and zones that it has really signed. */
class DnssecCheckIT {
    private static final Duration LIMIT = Duration.ofSeconds(3);
    private static final Zone GOOD = Zone.onLoopback("good.corp.test").asSigned();
    private static final Zone STRANGE = Zone.onLoopback("strange.corp.test").asSigned();
    private static final Zone BARE = Zone.onLoopback("bare.corp.test");
    private static final Zone PLAIN = Zone.onLoopback("plain.corp.test");
    private static final String DELEGATIONS = """
            good NS ns1.good
            ns1.good A 127.0.0.1
            strange NS ns1.strange
            ns1.strange A 127.0.0.1
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
        String promise = ds(before, "good.corp.test");
        before.stop();
        // The promise of one zone is no other zone's; and one of the zones is not signed at all.
        bind = bind("good DS " + promise + "\nstrange DS " + promise + "\nbare DS " + promise + "\n");
        bind.start();
        ds(bind, "strange.corp.test");
    }

    @AfterAll
    static void stop() {
        run.pids().sweep();
        run.clear();
    }

    @Test
    void believesWhatIsSignedAsTheZoneAbovePromises() throws IOException {
        assertThat(signing("www.good.corp.test")).isEqualTo(new DnssecStatus.Valid("good.corp.test"));
        assertThat(signing("good.corp.test")).isEqualTo(new DnssecStatus.Valid("good.corp.test"));
    }

    @Test
    void expectsNothingWhereNothingIsPromised() throws IOException {
        assertThat(signing("www.plain.corp.test")).isEqualTo(new DnssecStatus.Unsigned("plain.corp.test"));
    }

    @Test
    void seesThatTheZoneAbovePromisesAnotherKey() throws IOException {
        assertThat(signing("www.strange.corp.test")).isInstanceOfSatisfying(DnssecStatus.Broken.class, broken -> {
            assertThat(broken.zone()).isEqualTo("strange.corp.test");
            assertThat(broken.why()).containsIgnoringCase("ds");
        });
    }

    @Test
    void seesThatASignatureIsPromisedAndThereIsNone() throws IOException {
        assertThat(signing("www.bare.corp.test")).isInstanceOf(DnssecStatus.Broken.class);
    }

    private static DnssecStatus signing(String name) throws IOException {
        DnsClient resolver = resolver(bind);
        return new DnssecCheck(resolver, new AuthoritativeServers(resolver, bind.port()), LIMIT).of(name);
    }

    private static BindPart bind(String promises) {
        Zone parent = new Zone("corp.test", Zone.onLoopback("corp.test").records() + DELEGATIONS + promises);
        return new BindPart(
                run, new ProcessLauncher(run.logs(), run.pids()), List.of(parent, GOOD, STRANGE, BARE, PLAIN));
    }

    /** Of the key that BIND has made, as soon as it has signed the zone with it. */
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
        return DnsClient.toResolver(() -> Optional.of(server.resolver()), LIMIT);
    }
}
