package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.dns.DnssecStatus;
import dev.perennial.dns.NameServer;
import dev.perennial.dns.ServerAnswer;
import dev.perennial.orders.doctor.Hop.Outcome;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DnsChecksTest {
    @Test
    void passesIfAllServersAnswerTheSame() {
        Hop hop = alike(answer(1, 7, "A 192.0.2.1"), answer(2, 7, "A 192.0.2.1"));
        assertThat(hop.outcome()).isEqualTo(Outcome.PASSED);
        assertThat(hop.evidence()).isEqualTo("2 servers, serial 7");
    }

    @Test
    void reportsServersWithDifferentRecords() {
        Hop hop = alike(answer(1, 7, "A 192.0.2.1"), answer(2, 7, "A 192.0.2.2"), answer(3, 7));
        assertThat(hop.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(hop.evidence())
                .contains(
                        "ns1 (192.0.2.1) answers A 192.0.2.1",
                        "ns2 (192.0.2.2) answers A 192.0.2.2",
                        "ns3 (192.0.2.3) answers nothing");
    }

    @Test
    void reportsServersWithAnOlderSerial() {
        assertThat(alike(answer(1, 7, "A 192.0.2.1"), answer(2, 6, "A 192.0.2.1"))
                        .evidence())
                .isEqualTo("ns2 (192.0.2.2) has serial 6; ns1 (192.0.2.1) has serial 7");
    }

    @Test
    void reportsServersThatDoNotAnswerOrAreNotAuthoritative() {
        assertThat(alike(answer(1, 7), new ServerAnswer.NoAnswer(server(2), "no answer"))
                        .evidence())
                .isEqualTo("ns2 (192.0.2.2): no answer");
        assertThat(alike(new ServerAnswer.Answer(server(1), false, 7, new TreeSet<>()))
                        .outcome())
                .isEqualTo(Outcome.FAILED);
    }

    @Test
    void failsOnlyForABogusZone() {
        assertThat(DnsChecks.signed(new Observation.Found<>(new DnssecStatus.Secure("corp.test")))
                        .outcome())
                .isEqualTo(Outcome.PASSED);
        assertThat(DnsChecks.signed(new Observation.Found<>(new DnssecStatus.Insecure("corp.test")))
                        .outcome())
                .isEqualTo(Outcome.PASSED);
        Hop broken =
                DnsChecks.signed(new Observation.Found<>(new DnssecStatus.Bogus("corp.test", "no DNSKEY matches")));
        assertThat(broken.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(broken.evidence()).isEqualTo("zone corp.test: no DNSKEY matches");
        assertThat(broken.remedy().orElseThrow()).contains("DS record");
    }

    @Test
    void failsIfANameWithoutDns01HasNoAddress() throws Exception {
        assertThat(DnsChecks.resolves(new Observation.Found<>(List.of(InetAddress.getByName("192.0.2.1"))), false))
                .isEqualTo(Hop.passed("name resolves", "192.0.2.1"));
        assertThat(DnsChecks.resolves(new Observation.Found<>(List.of()), false).outcome())
                .isEqualTo(Outcome.FAILED);
        assertThat(DnsChecks.resolves(new Observation.Found<>(List.of()), true).outcome())
                .isEqualTo(Outcome.SKIPPED);
        assertThat(DnsChecks.resolves(new Observation.Missed<>("SERVFAIL"), true)
                        .outcome())
                .isEqualTo(Outcome.FAILED);
    }

    private static Hop alike(ServerAnswer... views) {
        return DnsChecks.alike(new Observation.Found<>(List.of(views)));
    }

    private static ServerAnswer answer(int number, long serial, String... records) {
        return new ServerAnswer.Answer(server(number), true, serial, new TreeSet<>(List.of(records)));
    }

    private static NameServer server(int number) {
        return new NameServer("ns" + number, new InetSocketAddress("192.0.2." + number, 53));
    }
}
