package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.CertificateIssued;
import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.fleet.Fleet;
import dev.perennial.testbed.fleet.HostEnrolment;
import dev.perennial.testbed.fleet.RestSetup;
import dev.perennial.testbed.fleet.ServicePart;
import dev.perennial.testbed.process.Await;
import dev.perennial.testbed.vault.VaultApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A host is removed while its agent runs, and enrolled again. */
class HostRemovalScenarioIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAME = "removed";

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(Site.of(NAME, NAME + ".demo.test"));

    @Test
    void endsEveryRightOfTheHostUntilItIsEnrolledAgain() throws Exception {
        Stack stack = FLEET.stack();
        FleetClient client = FLEET.client();
        String host = stack.host();
        Path agentFolder = Fleet.agentFolder(stack.run(), host);
        client.request(client.certificate(NAME, NAME + ".demo.test"));
        String certificate = FLEET.events()
                .await(CertificateIssued.class, it -> it.name().equals(NAME))
                .certificateId()
                .toString();
        client.awaitState(certificate, "DEPLOYED");
        String copy = "perennial/data/hosts/" + host + "/" + certificate;
        VaultApi held = login(stack, agentFolder);
        assertThat(held.get(copy).at("/data/data").isEmpty()).isFalse();
        Cli cli = Cli.of(stack);

        assertThat(cli.run(remove(stack)).output()).contains("Host in use");
        assertThat(held.get(copy)).as("nothing was changed").isNotNull();
        assertThat(cli.run("host", "remove", host, "--force", "--without-vault").exitCode())
                .isZero();

        // The agent still reads its secrets, and signs its reports as before.
        assertThat(cli.run("renew", NAME).exitCode()).isZero();
        Await.until(
                "a refused report", LIMIT, () -> timeline(client, certificate).contains("a revoked key"));
        assertThat(state(client, certificate)).isEqualTo("ISSUED");

        Cli.Result removed = cli.run(remove(stack, "--force"));
        assertThat(removed.exitCode()).as(removed.output()).isZero();
        assertThat(removed.output()).contains("its rights in Vault are ended");
        assertRefused(403, () -> held.get(copy));
        assertRefused(400, () -> login(stack, agentFolder));
        assertThat(cli.run(remove(stack, "--force")).exitCode()).as("again").isZero();

        ServicePart agent = stack.service("deploy-agent");
        agent.stop();
        Files.delete(agentFolder.resolve("signing-key.json"));
        new HostEnrolment(
                        stack.run(),
                        Checkout.find(),
                        stack.vault(),
                        stack.vault().address())
                .enrol(host, new RestSetup(stack.rest()), stack.restToken());
        assertRefused(403, () -> held.get(copy));
        agent.start();
        client.awaitState(certificate, "DEPLOYED");
    }

    private static String[] remove(Stack stack, String... more) {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(
                                "host",
                                "remove",
                                stack.host(),
                                "--vault",
                                stack.vault().address().toString(),
                                "--vault-token-file",
                                stack.vault().operatorTokenFile().toString()),
                        java.util.Arrays.stream(more))
                .toArray(String[]::new);
    }

    private static VaultApi login(Stack stack, Path agentFolder) throws IOException {
        JsonNode answer = stack.vault()
                .api(Optional.empty())
                .put(
                        "auth/approle/login",
                        Map.of(
                                "role_id",
                                Files.readString(agentFolder.resolve("role-id")).strip(),
                                "secret_id",
                                Files.readString(agentFolder.resolve("secret-id"))
                                        .strip()));
        return stack.vault().api(Optional.of(answer.at("/auth/client_token").asText()));
    }

    private static void assertRefused(int status, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(VaultApi.Refused.class).isThrownBy(call).satisfies(e -> assertThat(e.status())
                .isEqualTo(status));
    }

    private static String timeline(FleetClient client, String certificate) {
        return client.get("/api/v1/certificates/" + certificate)
                .path("timeline")
                .toString();
    }

    private static String state(FleetClient client, String certificate) {
        return client.get("/api/v1/certificates/" + certificate)
                .at("/orders/0/state")
                .asText();
    }
}
