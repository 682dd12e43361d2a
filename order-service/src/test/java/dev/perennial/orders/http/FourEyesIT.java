package dev.perennial.orders.http;

import static dev.perennial.orders.http.ServiceClient.requireProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.parts.Postgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
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
    private static ServiceClient root;
    private static ServiceClient alice;
    private static ServiceClient bob;

    @BeforeAll
    static void start() throws Exception {
        service = PackagedService.start(dir, DATABASE, List.of("perennial.four-eyes=required"));
        root = service.createAdmin("root");
        alice = client("alice", "admin", "*");
        bob = client("bob", "admin", "*");
        ExistingResources.insert(DATABASE, "local");
    }

    private static ServiceClient client(String name, String role, String owner) throws Exception {
        return service.client(root.createToken(name, role, owner));
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
        requireProblem(approve(root, id(asked)), 403, "urn:perennial:error:access-denied");

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
        requireProblem(root.post(path + "/approve", "{}", JSON), 403, "urn:perennial:error:access-denied");
        assertThat(ServiceClient.json(alice.get(path)).get("state").asText()).isEqualTo("PLANNED");

        assertThat(bob.post(path + "/approve", "{}", JSON).statusCode()).isEqualTo(200);
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
