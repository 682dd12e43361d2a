package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.CertificateIssued;
import dev.perennial.events.ChallengePresented;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.ServicePart;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} at the lines where it would hurt (the numbers are those of docs/internals/issuance.md), a restart, and then: the
 * certificate is served, and the CA finalized exactly one. The CA is far away, so that the moment can be hit.
 */
class KillScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Stack stack;
    private static Watch watch;
    private static Requester requester;

    @BeforeAll
    static void start() {
        stack = Stack.builder()
                .sites(List.of(
                        Site.of("kill-validation", "kill-validation.demo.test"),
                        Site.of("kill-issuance", "kill-issuance.demo.test"),
                        Site.of("kill-agent", "kill-agent.demo.test")))
                .ca(ca -> ca.withRoundTrip(Duration.ofMillis(400)))
                .start();
        watch = new Watch(stack.bootstrapServers());
        requester = new Requester(stack);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (watch != null) {
            watch.close();
            requester.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    void finishesAfterTheValidationServiceDiedWithItsChallengePresented() {
        ServicePart validation = stack.service("validation-service");
        long before = stack.counts().ordersFinalized();

        requester.request(requester.certificate("kill-validation", "kill-validation.demo.test"));
        watch.await(ChallengePresented.class, c -> c.identifier().value().equals("kill-validation.demo.test"));
        validation.kill();
        assertThat(validation.healthy()).isFalse();
        validation.start();

        proven("kill-validation", before);
    }

    @Test
    void finishesAfterTheIssuanceServiceDiedHavingFinalized() {
        ServicePart issuance = stack.service("issuance-service");
        long before = stack.counts().ordersFinalized();

        requester.request(requester.certificate("kill-issuance", "kill-issuance.demo.test"));
        Wait.until("finalize at the CA", LIMIT, () -> stack.counts().ordersFinalized() > before);
        issuance.kill();
        assertThat(watch.all(CertificateIssued.class, i -> i.name().equals("kill-issuance")))
                .as("the kill came too late to mean anything")
                .isEmpty();
        issuance.start();

        proven("kill-issuance", before);
    }

    @Test
    void finishesAfterTheAgentDiedBetweenInstallAndReload() {
        ServicePart agent = stack.service("deploy-agent");
        long before = stack.counts().ordersFinalized();
        stack.configTest().hold();

        requester.request(requester.certificate("kill-agent", "kill-agent.demo.test"));
        // The agent has switched the include file and stands before the reload, in its config test.
        Wait.until("config test", LIMIT, () -> stack.configTest().waiting());
        assertThat(Files.exists(stack.nginx().certificates().resolve("live/kill-agent")))
                .isTrue();
        agent.kill();
        stack.configTest().release();
        var served = ServedLeaf.at(stack.nginx().port(), "kill-agent.demo.test");
        assertThat(served.getIssuerX500Principal())
                .as("still the certificate from before")
                .isEqualTo(served.getSubjectX500Principal());
        agent.start();

        proven("kill-agent", before);
    }

    private static void proven(String name, long finalizedBefore) {
        var deployed = watch.await(CertificateDeployed.class, d -> d.name().equals(name));
        var leaf = ServedLeaf.at(stack.nginx().port(), name + ".demo.test");
        assertThat(ServedLeaf.fingerprint(leaf)).isEqualTo(deployed.fingerprint());
        assertThat(stack.counts().ordersFinalized() - finalizedBefore)
                .as("certificates finalized at the CA")
                .isEqualTo(1);
    }
}
