package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.perennial.events.EventCodec;
import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.RunFolder;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.kubernetes.KubernetesPart;
import dev.perennial.testbed.process.ProcessLauncher;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Programs in a cluster request certificates with the tokens of their service accounts, which a real API server issues. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KubernetesPlatformIT {
    private static final Duration KEYS_READ = Duration.ofMinutes(1);

    private static RunFolder run;
    private static KubernetesPart cluster;
    private static Stack stack;

    @BeforeAll
    static void start() {
        run = RunFolder.temporary();
        cluster = new KubernetesPart(run, new ProcessLauncher(run.logs(), run.pids()), Checkout.find());
        cluster.start();
        for (String namespace : new String[] {"shop", "blog"}) {
            cluster.send("POST", "/api/v1/namespaces", metadata(namespace));
            cluster.send("POST", "/api/v1/namespaces/" + namespace + "/serviceaccounts", metadata("deployer"));
        }
        String provider = "perennial.identity-providers.cluster.";
        stack = Stack.builder()
                .serviceProperty(
                        "order-service", provider + "issuer", cluster.address().toString())
                .serviceProperty("order-service", provider + "audience", "perennial")
                .serviceProperty(
                        "order-service",
                        provider + "trusted-roots-file",
                        cluster.root().toString())
                .serviceProperty("order-service", provider + "grants[0].claim", "sub")
                .serviceProperty("order-service", provider + "grants[0].value", "system:serviceaccount:shop:*")
                .serviceProperty("order-service", provider + "grants[0].role", "requester")
                .serviceProperty("order-service", provider + "grants[0].owners", "shop")
                .start();
    }

    @AfterAll
    static void stop() {
        if (stack != null) {
            stack.close();
        }
        cluster.shutDown();
        run.clear();
    }

    @Test
    @Order(1)
    void answersThatTheClusterIsUnavailableUntilItsKeysCanBeRead() throws Exception {
        assertThat(request("early", "shop", token("shop", "perennial"))).isEqualTo(503);

        cluster.send("POST", "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", """
                {"metadata": {"name": "issuer-discovery"},
                 "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole",
                             "name": "system:service-account-issuer-discovery"},
                 "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "Group", "name": "system:unauthenticated"}]}""");

        await().atMost(KEYS_READ).untilAsserted(() -> assertThat(request("own", "shop", token("shop", "perennial")))
                .isEqualTo(202));
    }

    @Test
    @Order(2)
    void letsAServiceAccountRequestForItsOwnerOnly() throws Exception {
        assertThat(request("foreign", "blog", token("shop", "perennial")))
                .as("for another owner")
                .isEqualTo(403);
        assertThat(request("own-2", "shop", token("blog", "perennial")))
                .as("from a namespace without a grant")
                .isEqualTo(403);
    }

    @Test
    @Order(3)
    void refusesTokensForAnotherAudience() throws Exception {
        assertThat(request("other", "shop", token("shop", "another-program"))).isEqualTo(401);
        assertThat(request("api", "shop", token("shop", cluster.address().toString())))
                .as("a token for the API server itself")
                .isEqualTo(401);
    }

    /** By the TokenRequest API, which also makes the tokens in pods. */
    private static String token(String namespace, String audience) throws IOException {
        String answer = cluster.send(
                "POST", "/api/v1/namespaces/" + namespace + "/serviceaccounts/deployer/token", """
                {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                 "spec": {"audiences": ["%s"], "expirationSeconds": 600}}""".formatted(audience));
        return EventCodec.mapper().readTree(answer).path("status").path("token").asText();
    }

    private static String metadata(String name) {
        return "{\"metadata\": {\"name\": \"" + name + "\"}}";
    }

    /** @return the status of a request for a certificate */
    private static int request(String name, String owner, String token) throws IOException, InterruptedException {
        String body = """
                {"name": "cluster-%1$s", "owner": "%2$s",
                 "identifiers": [{"type": "dns", "value": "cluster-%1$s.demo.test"}]}""".formatted(name, owner);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(stack.rest().resolve("/api/v1/certificates"))
                                    .header("Authorization", "Bearer " + token)
                                    .header("Content-Type", "application/json")
                                    .header("Idempotency-Key", name)
                                    .POST(HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }
}
