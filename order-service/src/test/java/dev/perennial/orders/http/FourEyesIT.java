package dev.perennial.orders.http;

import static dev.perennial.orders.http.ServiceClient.requireProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.parts.Postgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Changes that need two admins. */
class FourEyesIT {
    private static final String JSON = "application/json";
    private static final String DATABASE = Postgres.url();
    private static final String POLICY = "/api/v1/policy";
    private static final String ISSUER = "{\"directory\":\"https://ca.example.com/dir\"%s}";

    @TempDir
    static Path dir;

    private static PackagedService service;
    private static ServiceClient bootstrap;
    private static ServiceClient carol;
    private static ServiceClient alice;
    private static ServiceClient bob;

    @BeforeAll
    static void start() throws Exception {
        service = PackagedService.start(dir, DATABASE, properties());
        bootstrap = service.client(PackagedService.BOOTSTRAP_TOKEN);
        alice = service.client(bootstrap.createToken("alice", "admin", "*"));
        bob = service.client(bootstrap.createToken("bob", "admin", "*"));
        JsonNode token = created(alice, "carol", "admin");
        assertThat(approve(bob, token.at("/approval/id").asText()).statusCode()).isEqualTo(200);
        carol = service.client(token.get("token").asText());
        ExistingResources.insert(DATABASE, "local");
    }

    private static JsonNode created(ServiceClient creator, String name, String role) throws Exception {
        HttpResponse<String> created = creator.post(
                "/api/v1/tokens", """
                {"name": "%s", "grants": [{"role": "%s", "owners": ["*"]}], "expiresAt": "%s"}""".formatted(name, role, Instant.now().plus(Duration.ofDays(1))), JSON);
        assertThat(created.statusCode()).as(created.body()).isEqualTo(202);
        assertThat(created.headers().firstValue("Cache-Control")).contains("no-store");
        JsonNode token = ServiceClient.json(created);
        assertThat(created.headers().firstValue("Location").orElseThrow())
                .endsWith("/api/v1/approvals/" + token.at("/approval/id").asText());
        return token;
    }

    /** The replicas have the same issuers. */
    private static List<String> properties() throws IOException {
        Path issuers = dir.resolve("issuers.yaml");
        Files.writeString(issuers, """
                issuers:
                  local:
                    directory: https://localhost:1/dir
                """);
        return List.of("perennial.four-eyes=required", "perennial.issuers.file=" + issuers);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void changesThePolicyAfterTheApprovalOfAnotherAdmin() throws Exception {
        String revision = revision();
        HttpResponse<String> asked = alice.put(POLICY, "{\"owners\":{\"shop\":{\"wildcards\":false}}}", revision);

        assertThat(asked.statusCode()).as(asked.body()).isEqualTo(202);
        assertThat(revision()).as("nothing is changed yet").isEqualTo(revision);
        assertThat(asked.headers().firstValue("Location").orElseThrow()).endsWith(id(asked));
        assertThat(id(alice.put(POLICY, "{\"owners\":{\"shop\":{\"wildcards\":false}}}", revision)))
                .as("the same change again")
                .isEqualTo(id(asked));
        requireProblem(approve(alice, id(asked)), 403, "urn:perennial:error:access-denied");
        requireProblem(approve(carol, id(asked)), 403, "urn:perennial:error:access-denied");

        HttpResponse<String> approved = approve(bob, id(asked));

        assertThat(approved.statusCode()).as(approved.body()).isEqualTo(200);
        JsonNode policy = ServiceClient.json(alice.get(POLICY));
        assertThat(policy.at("/document/owners/shop/wildcards").asBoolean(true)).isFalse();
        assertThat(policy.get("revision"))
                .isEqualTo(ServiceClient.json(approved).at("/result/revision"));
        assertThat(ServiceClient.json(alice.get(POLICY + "/revisions"))
                        .get(0)
                        .get("changedBy")
                        .asText())
                .isEqualTo("token:alice");
        assertThat(alice.put(POLICY, "{\"owners\":{\"shop\":{\"wildcards\":false}}}", revision())
                        .statusCode())
                .as("no change needs no approval")
                .isEqualTo(200);
    }

    @Test
    void refusesAtOnceWhatCouldNotBeApproved() throws Exception {
        requireProblem(alice.put(POLICY, "{\"novelty\":1}", revision()), 422, "urn:perennial:error:invalid-field");
        requireProblem(alice.put(POLICY, "{}", "999"), 412, "urn:perennial:error:policy-changed");
        requireProblem(
                alice.put("/api/v1/issuers/bad", "{\"directory\":\"http://ca.example.com\"}", ServiceClient.ANY),
                422,
                "urn:perennial:error:invalid-field");
        requireProblem(alice.delete("/api/v1/issuers/unknown"), 404, "urn:perennial:error:unknown-issuer");
        requireProblem(alice.delete("/api/v1/issuers/local"), 409, "urn:perennial:error:issuer-managed-by-file");
    }

    /** The approver has seen a change of another policy. */
    @Test
    void refusesAnApprovalAfterAnotherChange() throws Exception {
        String revision = revision();
        String first = id(alice.put(POLICY, "{\"owners\":{\"first\":{}}}", revision));
        String second = id(bob.put(POLICY, "{\"owners\":{\"second\":{}}}", revision));
        assertThat(approve(alice, second).statusCode()).isEqualTo(200);

        JsonNode problem = requireProblem(approve(bob, first), 409, "urn:perennial:error:approval-conflict");

        assertThat(problem.get("problems").findValuesAsText("code")).contains("policy-changed");
        assertThat(ServiceClient.json(alice.get(POLICY)).at("/document/owners").properties())
                .extracting(entry -> entry.getKey())
                .containsExactly("second");
    }

    @Test
    void createsChangesAndDeletesAnIssuerAfterTheApprovalOfAnotherAdmin() throws Exception {
        String path = "/api/v1/issuers/four-eyes";
        String created = id(alice.put(path, ISSUER.formatted(""), ServiceClient.ANY));
        requireProblem(alice.get(path), 404, "urn:perennial:error:unknown-issuer");
        assertThat(approve(bob, created).statusCode()).isEqualTo(200);
        assertThat(alice.get(path).statusCode()).isEqualTo(200);
        assertThat(alice.put(path, ISSUER.formatted(""), ServiceClient.ANY).statusCode())
                .as("no change needs no approval")
                .isEqualTo(200);

        String changed = id(bob.put(path, ISSUER.formatted(",\"renewBefore\":\"P20D\""), ServiceClient.ANY));
        String deleted = id(alice.delete(path));
        assertThat(approve(alice, changed).statusCode()).isEqualTo(200);
        requireProblem(approve(bob, deleted), 409, "urn:perennial:error:approval-conflict");

        String again = id(alice.delete(path));
        assertThat(approve(bob, again).statusCode()).isEqualTo(200);
        requireProblem(alice.get(path), 404, "urn:perennial:error:unknown-issuer");
        assertThat(ServiceClient.json(alice.get(path + "/changes"))).hasSize(3);
    }

    @Test
    void doesNotLetThePlannerApproveAReplacement() throws Exception {
        String plan = "{\"selector\":{\"owner\":\"existing\"},\"reason\":\"test\"}";
        HttpResponse<String> planned = alice.post("/api/v1/replacements", plan, JSON);
        assertThat(planned.statusCode()).as(planned.body()).isEqualTo(201);
        String path =
                "/api/v1/replacements/" + ServiceClient.json(planned).get("id").asText();

        JsonNode problem =
                requireProblem(alice.post(path + "/approve", "{}", JSON), 403, "urn:perennial:error:access-denied");
        assertThat(problem.get("detail").asText()).contains("has planned it");
        requireProblem(carol.post(path + "/approve", "{}", JSON), 403, "urn:perennial:error:access-denied");
        assertThat(ServiceClient.json(alice.get(path)).get("state").asText()).isEqualTo("PLANNED");

        assertThat(bob.post(path + "/approve", "{}", JSON).statusCode()).isEqualTo(200);
    }

    @Test
    void doesNotRaiseTheOrdersAtTheSameTimeAboveThePlan() throws Exception {
        HttpResponse<String> planned = alice.post(
                "/api/v1/replacements",
                "{\"selector\":{\"owner\":\"existing\"},\"reason\":\"test\",\"atOnce\":2}",
                JSON);
        assertThat(planned.statusCode()).as(planned.body()).isEqualTo(201);
        String path =
                "/api/v1/replacements/" + ServiceClient.json(planned).get("id").asText();

        JsonNode problem =
                requireProblem(alice.patch(path, "{\"atOnce\":3}"), 409, "urn:perennial:error:replacement-conflict");
        assertThat(problem.get("detail").asText()).contains("at most 2 orders at the same time");
        assertThat(alice.patch(path, "{\"atOnce\":1}").statusCode()).isEqualTo(200);
        assertThat(alice.patch(path, "{\"atOnce\":2}").statusCode()).isEqualTo(200);
    }

    @Test
    void refusesATokenLikeAnUnknownOneUntilAnotherAdminApprovesIt() throws Exception {
        JsonNode created = created(alice, "dave", "approver");
        String id = created.at("/approval/id").asText();
        String text = created.get("token").asText();
        ServiceClient dave = service.client(text);

        JsonNode refused = requireProblem(dave.get("/api/v1/access/self"), 401, "urn:perennial:error:unauthenticated");
        assertThat(refused.get("detail").asText()).contains("waits for approval " + id);
        char other = text.endsWith("A") ? 'B' : 'A';
        JsonNode guessed = requireProblem(
                service.client(text.substring(0, text.length() - 1) + other).get("/api/v1/access/self"),
                401,
                "urn:perennial:error:unauthenticated");
        JsonNode unknown = requireProblem(
                service.client("prn_" + "0".repeat(16) + text.substring(20)).get("/api/v1/access/self"),
                401,
                "urn:perennial:error:unauthenticated");
        assertThat(guessed.get("detail")).isEqualTo(unknown.get("detail"));
        assertThat(state("dave")).isEqualTo("WAITING");
        requireProblem(approve(alice, id), 403, "urn:perennial:error:access-denied");
        requireProblem(approve(carol, id), 403, "urn:perennial:error:access-denied");

        assertThat(approve(bob, id).statusCode()).isEqualTo(200);

        assertThat(dave.get("/api/v1/access/self").statusCode()).isEqualTo(200);
        assertThat(state("dave")).isEqualTo("USABLE");
    }

    @Test
    void revokesATokenThatIsRejected() throws Exception {
        JsonNode created = created(alice, "erin", "admin");
        ServiceClient erin = service.client(created.get("token").asText());

        assertThat(bob.post("/api/v1/approvals/" + created.at("/approval/id").asText() + "/reject", "{}", JSON)
                        .statusCode())
                .isEqualTo(200);

        JsonNode refused = requireProblem(erin.get("/api/v1/access/self"), 401, "urn:perennial:error:unauthenticated");
        assertThat(refused.get("detail").asText()).contains("unknown, has expired, or was revoked");
        assertThat(state("erin")).isEqualTo("REVOKED");
    }

    /** The other replica reads the same row. */
    @Test
    void activatesATokenOnEveryReplicaAtOnce() throws Exception {
        try (PackagedService replica =
                PackagedService.launch(dir, "replica", DATABASE, dir.resolve("token"), properties())) {
            ServiceClient other = new ServiceClient(replica.port(), "");
            await().atMost(PackagedService.START_LIMIT)
                    .untilAsserted(() -> assertThat(other.answers(replica.management("/q/health/live")))
                            .withFailMessage(() -> "it did not start:\n" + replica.log())
                            .isTrue());
            JsonNode created = created(alice, "frank", "admin");
            ServiceClient frank =
                    new ServiceClient(replica.port(), created.get("token").asText());
            requireProblem(frank.get("/api/v1/access/self"), 401, "urn:perennial:error:unauthenticated");

            assertThat(approve(bob, created.at("/approval/id").asText()).statusCode())
                    .isEqualTo(200);

            assertThat(frank.get("/api/v1/access/self").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void endsTheBootstrapTokenWithTheSecondAdmin() throws Exception {
        JsonNode denied = requireProblem(
                bootstrap.post("/api/v1/tokens", """
                        {"name": "gina", "grants": [{"role": "admin", "owners": ["*"]}], "expiresAt": "%s"}""".formatted(Instant.now().plus(Duration.ofDays(1))), JSON),
                403,
                "urn:perennial:error:access-denied");

        assertThat(denied.get("detail").asText()).contains("fewer than two admins have had a token");
    }

    private static String state(String name) throws Exception {
        for (JsonNode token : ServiceClient.json(alice.get("/api/v1/tokens"))) {
            if (token.get("name").asText().equals(name)) {
                return token.get("state").asText();
            }
        }
        return "absent";
    }

    private static String revision() throws Exception {
        return alice.get(POLICY).headers().firstValue("ETag").orElseThrow();
    }

    private static String id(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        return ServiceClient.json(answer).at("/approval/id").asText();
    }

    private static HttpResponse<String> approve(ServiceClient client, String id) throws Exception {
        return client.post("/api/v1/approvals/" + id + "/approve", "{}", JSON);
    }
}
