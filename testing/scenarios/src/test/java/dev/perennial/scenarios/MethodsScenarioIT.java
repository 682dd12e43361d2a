package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** tls-alpn-01, and validation of IP addresses. dns-01 is in {@link Dns01ScenarioIT}. */
class MethodsScenarioIT {
    private static final String LOOPBACK = "127.0.0.1";

    @RegisterExtension
    static final SharedFleet FLEET =
            SharedFleet.with(Site.of("alpn", "alpn.demo.test"), Site.of("mixed", "mixed.demo.test"));

    private static Stack stack;
    private static FleetClient client;
    private static EventRecorder events;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
    }

    @Test
    void servesACertificateAfterTlsAlpn01() throws Exception {
        client.request(client.certificate("alpn", "alpn.demo.test"));

        served("alpn", "alpn.demo.test");
        assertThat(methods("alpn.demo.test")).isNotEmpty().containsOnly("tls-alpn-01");
    }

    @Test
    void servesACertificateForANameAndAnAddress() throws Exception {
        CertificateRequested name = client.certificate("mixed", "mixed.demo.test");
        client.request(request("mixed", name.targets(), name.identifiers().getFirst(), address()));

        X509Certificate leaf = served("mixed", "mixed.demo.test");
        assertThat(leaf.getSubjectAlternativeNames())
                .extracting(entry -> entry.get(1).toString())
                .containsExactlyInAnyOrder("mixed.demo.test", LOOPBACK);
        assertThat(methods("mixed.demo.test")).containsOnly("http-01");
        assertThat(methods(LOOPBACK)).containsOnly("http-01");
    }

    @Test
    void issuesForAnAddressOnly() {
        client.request(request("address", List.of(), address()));

        var issued = events.await(CertificateIssued.class, it -> it.name().equals("address"));
        assertThat(issued.identifiers()).extracting(it -> it.value()).containsExactly(LOOPBACK);
    }

    private static RequestedIdentifier address() {
        return new RequestedIdentifier("ip", LOOPBACK);
    }

    private static CertificateRequested request(String name, List<String> targets, RequestedIdentifier... identifiers) {
        return new CertificateRequested(
                name, "scenarios", List.of(identifiers), Optional.empty(), Optional.empty(), targets, Map.of());
    }

    private static X509Certificate served(String certificate, String name) throws Exception {
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(certificate));
        X509Certificate leaf = ServedLeaf.at(stack.nginx().port(), name);
        assertThat(Sha256.fingerprint(leaf)).isEqualTo(deployed.fingerprint());
        return leaf;
    }

    /** The types of the challenges that were presented for the certificate. */
    private static List<String> methods(String identifier) {
        return events
                .all(ChallengePresented.class, it -> it.identifier().value().equals(identifier))
                .stream()
                .map(ChallengePresented::challengeType)
                .toList();
    }
}
