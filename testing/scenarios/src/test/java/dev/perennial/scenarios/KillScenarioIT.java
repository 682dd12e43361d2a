package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ChallengePresented;
import dev.perennial.events.Sha256;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import java.nio.file.Files;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@code kill -9} at critical steps (numbered as in docs/internals/issuance.md) and a restart. The certificate is then served, and the
 * CA has finalized exactly one order. A long round trip to the CA makes each moment long enough for the kill.
 */
class KillScenarioIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(
            Site.of("kill-validation", "kill-validation.demo.test"),
            Site.of("kill-issuance", "kill-issuance.demo.test"),
            Site.of("kill-agent", "kill-agent.demo.test"));

    private static Stack stack;
    private static EventRecorder events;
    private static FleetClient client;

    @BeforeAll
    static void start() {
        stack = FLEET.stack();
        events = FLEET.events();
        client = FLEET.client();
        // Long enough to kill a service between two responses of the CA.
        stack.acmeProxy().setRoundTrip(Duration.ofMillis(400));
    }

    @AfterAll
    static void removeRoundTrip() {
        stack.acmeProxy().setRoundTrip(Duration.ZERO);
    }

    @Test
    void completesWhenTheValidationServiceIsKilledWithAPresentedChallenge() {
        ServicePart validation = stack.service("validation-service");

        client.request(client.certificate("kill-validation", "kill-validation.demo.test"));
        events.await(ChallengePresented.class, c -> c.identifier().value().equals("kill-validation.demo.test"));
        validation.kill();
        assertThat(validation.healthy()).isFalse();
        validation.start();

        proven("kill-validation");
    }

    @Test
    void completesWhenTheIssuanceServiceIsKilledAfterFinalize() {
        ServicePart issuance = stack.service("issuance-service");

        client.request(client.certificate("kill-issuance", "kill-issuance.demo.test"));
        Await.until("finalize at the CA", LIMIT, () -> stack.acmeProxy().finalized("kill-issuance.demo.test") > 0);
        issuance.kill();
        assertThat(events.all(CertificateIssued.class, i -> i.name().equals("kill-issuance")))
                .as("issued before the kill")
                .isEmpty();
        issuance.start();

        proven("kill-issuance");
    }

    @Test
    void completesWhenTheAgentIsKilledBetweenInstallAndReload() {
        ServicePart agent = stack.service("deploy-agent");
        stack.configTest().hold();

        client.request(client.certificate("kill-agent", "kill-agent.demo.test"));
        // The agent has switched the include file and is in its configuration test, before the reload.
        Await.until("config test", LIMIT, () -> stack.configTest().waiting());
        assertThat(Files.exists(stack.nginx().certificates().resolve("live/kill-agent")))
                .isTrue();
        agent.kill();
        stack.configTest().release();
        var served = ServedLeaf.at(stack.nginx().port(), "kill-agent.demo.test");
        assertThat(served.getIssuerX500Principal())
                .as("the previous certificate")
                .isEqualTo(served.getSubjectX500Principal());
        agent.start();

        proven("kill-agent");
    }

    private static void proven(String name) {
        var deployed = events.await(CertificateDeployed.class, d -> d.name().equals(name));
        var leaf = ServedLeaf.at(stack.nginx().port(), name + ".demo.test");
        assertThat(Sha256.fingerprint(leaf)).isEqualTo(deployed.fingerprint());
        assertThat(stack.acmeProxy().finalized(name + ".demo.test"))
                .as("certificates finalized at the CA")
                .isEqualTo(1);
    }
}
