package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.CertificateRequested;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.events.Identifier;
import dev.perennial.events.Initiator;
import dev.perennial.events.RequestedIdentifier;
import dev.perennial.events.Sha256;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.ca.RequestKind;
import dev.perennial.testbed.dns.Zone;
import dev.perennial.testbed.process.Await;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;
import org.junit.jupiter.api.Test;

/** dns-01 with a real BIND as the DNS server of the fleet and the CA. */
class Dns01ScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** Delegated by a CNAME: its records are written to another zone. */
    private static final String DELEGATION = "_acme-challenge.y CNAME y.acme.test.";
    /** Written by a process that crashed. */
    private static final String KEY_AUTHORIZATION = "token.thumbprint";

    private static final String LEFT = "_acme-challenge.left TXT \""
            + Base64.getUrlEncoder().withoutPadding().encodeToString(Sha256.digest(KEY_AUTHORIZATION)) + "\"";

    @Test
    void servesWildcardsAfterDns01AndRemovesAllRecords() throws Exception {
        Zone demo = new Zone("demo.test", Zone.onLoopback("demo.test").records() + DELEGATION + "\n" + LEFT + "\n");
        try (Stack stack = Stack.builder()
                        .sites(List.of(
                                Site.of("wild", "x.demo.test", "*.x.demo.test"), Site.of("delegated", "*.y.demo.test")))
                        .bind(demo, Zone.onLoopback("acme.test"))
                        .ca(ca -> ca.withNonceReject(0))
                        .serviceProperty("order-service", "perennial.policy.wildcard-suffixes", "demo.test")
                        .serviceProperty("validation-service", "perennial.challenges[0].suffix", "x.demo.test")
                        .serviceProperty("validation-service", "perennial.challenges[0].methods", "dns-01")
                        .start();
                EventRecorder events = EventRecorder.fromBeginning(stack.bootstrapServers());
                FleetClient client = new FleetClient(stack)) {

            Await.until(
                    "check of the rights of the TSIG key",
                    LIMIT,
                    () -> ServiceLog.contains(
                            "the rights of the credential of the DNS provider 'bind' are not checked: its configuration"
                                    + " names no zone",
                            stack.service("validation-service")));
            assertThat(txt(stack, "_acme-challenge.left.demo.test")).isEqualTo(1);
            client.publish(Topic.CHALLENGES, presentedByACrashedProcess());

            // Three values at _acme-challenge.x at the same time, from two orders.
            client.request("wild", client.certificate("wild", "x.demo.test", "*.x.demo.test"));
            client.request("beside", undeployed("beside", "*.x.demo.test"));
            client.request("delegated", client.certificate("delegated", "*.y.demo.test"));

            served(stack, events, "wild", "x.demo.test");
            served(stack, events, "wild", "any.x.demo.test");
            events.await(CertificateIssued.class, issued -> issued.name().equals("beside"));
            served(stack, events, "delegated", "any.y.demo.test");
            assertThat(stack.counts().of(RequestKind.NEW_ORDER))
                    .as("no second attempt")
                    .isEqualTo(3);
            assertThat(stack.counts().of(RequestKind.FINALIZE)).isEqualTo(3);
            for (String name : List.of(
                    "_acme-challenge.left.demo.test",
                    "_acme-challenge.x.demo.test",
                    "y.acme.test",
                    "_acme-challenge.y.demo.test")) {
                Await.until("end of the TXT records of " + name, LIMIT, () -> txt(stack, name) == 0);
            }
        }
    }

    private static CloudEvent presentedByACrashedProcess() {
        var presented = new ChallengePresented(
                "token",
                KEY_AUTHORIZATION,
                Identifier.dns("left.demo.test"),
                "dns-01",
                Clock.systemUTC().instant().plusSeconds(2),
                Optional.of("pebble"));
        return CloudEvent.about(
                presented.key(),
                URI.create("/perennial/validation-service"),
                presented,
                new Initiator("token:ci-shop"),
                Clock.systemUTC());
    }

    /** A certificate without target hosts. */
    private static CertificateRequested undeployed(String certificate, String name) {
        return new CertificateRequested(
                certificate,
                "scenarios",
                List.of(new RequestedIdentifier("dns", name)),
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Map.of());
    }

    private static void served(Stack stack, EventRecorder events, String certificate, String name) {
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(certificate));
        assertThat(Sha256.fingerprint(ServedLeaf.at(stack.nginx().port(), name)))
                .isEqualTo(deployed.fingerprint());
    }

    /** Number of TXT values of the name in BIND. */
    private static int txt(Stack stack, String name) {
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put("java.naming.factory.initial", "com.sun.jndi.dns.DnsContextFactory");
        environment.put("java.naming.provider.url", "dns://" + stack.bind().resolver());
        try {
            Attribute found = new InitialDirContext(environment)
                    .getAttributes(name, new String[] {"TXT"})
                    .get("TXT");
            return found == null ? 0 : found.size();
        } catch (NameNotFoundException e) {
            return 0;
        } catch (NamingException e) {
            throw new AssertionError("BIND does not respond", e);
        }
    }
}
