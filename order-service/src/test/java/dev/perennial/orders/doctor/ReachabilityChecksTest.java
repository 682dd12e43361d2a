package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.doctor.Hop.Outcome;
import dev.perennial.orders.doctor.ReachabilityChecks.Way;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachabilityChecksTest {
    /** R: our responder, E: somebody else, U: this host cannot tell; one letter an address. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            # http, tls, dns-01, -> http,  tls,     dns-01
            R,      E,   false,     PASSED,  SKIPPED, SKIPPED
            E,      R,   false,     SKIPPED, PASSED,  SKIPPED
            R,      R,   false,     PASSED,  PASSED,  SKIPPED
            E,      E,   false,     FAILED,  FAILED,  SKIPPED
            E,      E,   true,      SKIPPED, SKIPPED, PASSED
            R,      E,   true,      PASSED,  SKIPPED, PASSED
            # every address counts, but for those that cannot be told from here
            RR,     E,   false,     PASSED,  SKIPPED, SKIPPED
            RE,     E,   false,     FAILED,  FAILED,  SKIPPED
            RU,     E,   false,     PASSED,  SKIPPED, SKIPPED
            U,      E,   false,     FAILED,  FAILED,  SKIPPED
            """)
    void oneWayIsEnough(String http, String tls, boolean dns01, Outcome first, Outcome second, Outcome third)
            throws Exception {
        List<Hop> hops = ReachabilityChecks.hops(
                way(ReachabilityChecks.HTTP, http), way(ReachabilityChecks.TLS, tls), false, methods(dns01));
        assertThat(hops).extracting(Hop::outcome).containsExactly(first, second, third);
    }

    @ParameterizedTest
    @CsvSource({"true, PASSED", "false, FAILED"})
    void aWildcardNeedsDns(boolean dns01, Outcome outcome) throws Exception {
        List<Hop> hops = ReachabilityChecks.hops(
                way(ReachabilityChecks.HTTP, "R"), way(ReachabilityChecks.TLS, "R"), true, methods(dns01));
        assertThat(hops).extracting(Hop::outcome).containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, outcome);
    }

    @Test
    void showsWhoIsAtEachAddressAndWhatToDo() throws Exception {
        Hop hop = ReachabilityChecks.hops(
                        way(ReachabilityChecks.HTTP, "RE"), way(ReachabilityChecks.TLS, "E"), false, methods(false))
                .getFirst();
        assertThat(hop.evidence())
                .isEqualTo("192.0.2.1 port 80 is our responder; 192.0.2.2 port 80: another server answers");
        assertThat(hop.remedy().orElseThrow()).contains("port 80", "one of http-01 and tls-alpn-01 is enough");
    }

    @Test
    void isNotLookedAtWhereTheNameHasNoAddress() {
        var nowhere = new Observation.NotTried<List<ProbeResult>>("the name does not resolve");
        List<Hop> hops = ReachabilityChecks.hops(
                new Way(ReachabilityChecks.HTTP, 80, nowhere),
                new Way(ReachabilityChecks.TLS, 443, nowhere),
                false,
                methods(false));
        assertThat(hops.getFirst()).isEqualTo(Hop.skipped(ReachabilityChecks.HTTP, "the name does not resolve"));
    }

    @Test
    void onlyWhatTheIssuersRulesNameCounts() throws Exception {
        List<Hop> tlsOnly = ReachabilityChecks.hops(
                way(ReachabilityChecks.HTTP, "R"), way(ReachabilityChecks.TLS, "E"), false, Set.of("tls-alpn-01"));
        assertThat(tlsOnly).extracting(Hop::outcome).containsExactly(Outcome.SKIPPED, Outcome.FAILED, Outcome.SKIPPED);
        List<Hop> dnsOnly = ReachabilityChecks.hops(
                way(ReachabilityChecks.HTTP, "E"), way(ReachabilityChecks.TLS, "E"), false, Set.of("dns-01"));
        assertThat(dnsOnly).extracting(Hop::outcome).containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, Outcome.PASSED);
    }

    private static Set<String> methods(boolean dns01) {
        return dns01 ? Set.of("http-01", "tls-alpn-01", "dns-01") : Set.of("http-01", "tls-alpn-01");
    }

    private static Way way(String name, String reaches) throws UnknownHostException {
        List<ProbeResult> all = new ArrayList<>();
        for (int i = 0; i < reaches.length(); i++) {
            InetAddress address = InetAddress.getByName("192.0.2." + (i + 1));
            all.add(
                    switch (reaches.charAt(i)) {
                        case 'R' -> new ProbeResult.Responder(address);
                        case 'E' -> new ProbeResult.Elsewhere(address, "another server answers");
                        default -> new ProbeResult.Untold(address, "no IPv6");
                    });
        }
        return new Way(name, name.equals(ReachabilityChecks.HTTP) ? 80 : 443, new Observation.Found<>(all));
    }
}
