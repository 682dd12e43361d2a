package dev.perennial.orders.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.orders.doctor.Hop.Outcome;
import dev.perennial.orders.doctor.ReachabilityChecks.PathProbe;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachabilityChecksTest {
    /** One letter per address. R: the responder, E: another server, U: this host cannot check it. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            # http, tls, dns-01, -> http,  tls,     dns-01
            R,      E,   false,     PASSED,  SKIPPED, SKIPPED
            E,      R,   false,     SKIPPED, PASSED,  SKIPPED
            R,      R,   false,     PASSED,  PASSED,  SKIPPED
            E,      E,   false,     FAILED,  FAILED,  SKIPPED
            E,      E,   true,      SKIPPED, SKIPPED, PASSED
            R,      E,   true,      PASSED,  SKIPPED, PASSED
            # every address counts except those that cannot be checked
            RR,     E,   false,     PASSED,  SKIPPED, SKIPPED
            RE,     E,   false,     FAILED,  FAILED,  SKIPPED
            RU,     E,   false,     PASSED,  SKIPPED, SKIPPED
            U,      E,   false,     FAILED,  FAILED,  SKIPPED
            """)
    void passesIfOnePathIsOpen(String http, String tls, boolean dns01, Outcome first, Outcome second, Outcome third)
            throws Exception {
        List<Hop> hops = ReachabilityChecks.hops(
                path(ReachabilityChecks.HTTP, http), path(ReachabilityChecks.TLS, tls), false, methods(dns01));
        assertThat(hops).extracting(Hop::outcome).containsExactly(first, second, third);
    }

    @ParameterizedTest
    @CsvSource({"true, PASSED", "false, FAILED"})
    void aWildcardNeedsDns(boolean dns01, Outcome outcome) throws Exception {
        List<Hop> hops = ReachabilityChecks.hops(
                path(ReachabilityChecks.HTTP, "R"), path(ReachabilityChecks.TLS, "R"), true, methods(dns01));
        assertThat(hops).extracting(Hop::outcome).containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, outcome);
    }

    @Test
    void reportsTheResultOfEachAddressAndARemedy() throws Exception {
        Hop hop = ReachabilityChecks.hops(
                        path(ReachabilityChecks.HTTP, "RE"), path(ReachabilityChecks.TLS, "E"), false, methods(false))
                .getFirst();
        assertThat(hop.evidence())
                .isEqualTo("192.0.2.1 port 80 is the responder; 192.0.2.2 port 80: another server answers");
        assertThat(hop.remedy().orElseThrow()).contains("port 80", "one of http-01 and tls-alpn-01 is enough");
    }

    @Test
    void skipsThePathsOfANameWithoutAddress() {
        var notTried = new Observation.NotTried<List<ProbeResult>>("the name does not resolve");
        List<Hop> hops = ReachabilityChecks.hops(
                new PathProbe(ReachabilityChecks.HTTP, 80, notTried),
                new PathProbe(ReachabilityChecks.TLS, 443, notTried),
                false,
                methods(false));
        assertThat(hops.getFirst()).isEqualTo(Hop.skipped(ReachabilityChecks.HTTP, "the name does not resolve"));
    }

    @Test
    void checksOnlyTheChallengesOfTheIssuerRules() throws Exception {
        List<Hop> tlsOnly = ReachabilityChecks.hops(
                path(ReachabilityChecks.HTTP, "R"), path(ReachabilityChecks.TLS, "E"), false, Set.of("tls-alpn-01"));
        assertThat(tlsOnly).extracting(Hop::outcome).containsExactly(Outcome.SKIPPED, Outcome.FAILED, Outcome.SKIPPED);
        List<Hop> dnsOnly = ReachabilityChecks.hops(
                path(ReachabilityChecks.HTTP, "E"), path(ReachabilityChecks.TLS, "E"), false, Set.of("dns-01"));
        assertThat(dnsOnly).extracting(Hop::outcome).containsExactly(Outcome.SKIPPED, Outcome.SKIPPED, Outcome.PASSED);
    }

    private static Set<String> methods(boolean dns01) {
        return dns01 ? Set.of("http-01", "tls-alpn-01", "dns-01") : Set.of("http-01", "tls-alpn-01");
    }

    private static PathProbe path(String name, String results) throws UnknownHostException {
        List<ProbeResult> all = new ArrayList<>();
        for (int i = 0; i < results.length(); i++) {
            InetAddress address = InetAddress.getByName("192.0.2." + (i + 1));
            all.add(
                    switch (results.charAt(i)) {
                        case 'R' -> new ProbeResult.Responder(address);
                        case 'E' -> new ProbeResult.Failed(address, "another server answers");
                        default -> new ProbeResult.NoRoute(address, "no IPv6");
                    });
        }
        return new PathProbe(name, name.equals(ReachabilityChecks.HTTP) ? 80 : 443, new Observation.Found<>(all));
    }
}
