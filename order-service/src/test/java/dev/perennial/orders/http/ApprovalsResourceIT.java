package dev.perennial.orders.http;

import static dev.perennial.orders.http.ServiceClient.requireProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.parts.Postgres;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Approvals over REST. */
class ApprovalsResourceIT {
    private static final String PATH = "/api/v1/approvals";
    private static final String JSON = "application/json";
    private static final String DATABASE = Postgres.url();

    @TempDir
    static Path dir;

    private static PackagedService service;
    private static ServiceClient admin;
    private static ServiceClient shop;
    private static ServiceClient approver;
    private static ServiceClient blog;

    @BeforeAll
    static void start() throws Exception {
        service = PackagedService.start(dir, DATABASE);
        admin = service.createAdmin("admin");
        shop = client("ci-shop", "requester", "shop");
        approver = client("approver", "approver", "shop");
        blog = client("ci-blog", "requester", "blog");
        HttpResponse<String> policy = admin.put(
                "/api/v1/policy",
                "{\"owners\":{\"shop\":{\"approvals\":{\"requests\":{\"role\":\"approver\",\"expiresAfter\":\"1h\"}}}}}",
                "0");
        assertThat(policy.statusCode()).as(policy.body()).isEqualTo(201);
    }

    private static ServiceClient client(String name, String role, String owner) throws Exception {
        return service.client(admin.createToken(name, role, owner));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void answersWithTheApprovalForWhichARequestWaits() throws Exception {
        HttpResponse<String> answer = request("waits");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode approval = ServiceClient.json(answer).get("approval");
        assertThat(ServiceClient.json(answer).has("certificateId")).isFalse();
        assertThat(answer.headers().firstValue("Location").orElseThrow())
                .endsWith(PATH + "/" + approval.get("id").asText());
        assertThat(approval.get("role").asText()).isEqualTo("approver");
        assertThat(approval.get("text").asText())
                .isEqualTo("waits for approval by role approver until "
                        + approval.get("expiresAt").asText());
        JsonNode shown =
                ServiceClient.json(shop.get(PATH + "/" + approval.get("id").asText()));
        assertThat(shown.get("state").asText()).isEqualTo("WAITING");
        assertThat(shown.get("requester").asText()).isEqualTo("token:ci-shop");
        assertThat(shown.at("/request/name").asText()).isEqualTo("waits");
    }

    @Test
    void approvesOnceAndShowsTheAnswer() throws Exception {
        String id = waiting("approved");

        HttpResponse<String> approved = decide(approver, id, "approve", "{\"comment\":\"as agreed\"}");

        assertThat(approved.statusCode()).as(approved.body()).isEqualTo(200);
        JsonNode detail = ServiceClient.json(approved);
        assertThat(detail.get("state").asText()).isEqualTo("APPROVED");
        assertThat(detail.get("decidedBy").asText()).isEqualTo("token:approver");
        assertThat(shop.get("/api/v1/certificates/"
                                + detail.at("/result/certificateId").asText())
                        .statusCode())
                .isEqualTo(200);
        assertThat(decide(approver, id, "approve", "{}").statusCode())
                .as("a repetition")
                .isEqualTo(200);
        requireProblem(decide(approver, id, "reject", "{}"), 409, "urn:perennial:error:approval-conflict");
        JsonNode last = ServiceClient.json(admin.get("/api/v1/access/decisions?principal=token:approver&limit=50"));
        assertThat(last.findValuesAsText("subject")).contains("approve " + id);
        assertThat(last.findValuesAsText("traceId"))
                .contains(last.get(0).get("traceId").asText());
    }

    @Test
    void deniesTheRequesterAndThoseWhoAreNotConcerned() throws Exception {
        String id = waiting("denied");

        requireProblem(decide(shop, id, "approve", "{}"), 403, "urn:perennial:error:access-denied");
        JsonNode creator = requireProblem(decide(admin, id, "approve", "{}"), 403, "urn:perennial:error:access-denied");
        assertThat(creator.get("detail").asText())
                .as("the admin created the token of the requester")
                .contains("not two persons");
        requireProblem(blog.get(PATH + "/" + id), 403, "urn:perennial:error:access-denied");
        assertThat(ids(blog, "")).isEmpty();
        requireProblem(approver.get(PATH + "/x"), 404, "urn:perennial:error:not-found");
        requireProblem(approver.get(PATH + "?state=gone"), 400, "urn:perennial:error:invalid-field");
        requireProblem(approver.get(PATH + "?cursor=gone"), 400, "urn:perennial:error:invalid-field");
        requireProblem(
                decide(approver, id, "reject", "{\"comment\":\"" + "x".repeat(501) + "\"}"),
                422,
                "urn:perennial:error:invalid-field");
        requireProblem(
                decide(approver, id, "reject", "{\"comment\":\"a\\u0000b\"}"),
                422,
                "urn:perennial:error:invalid-field");
    }

    @Test
    void listsPageByPage() throws Exception {
        String first = waiting("page-1");
        String second = waiting("page-2");

        JsonNode page = ServiceClient.json(approver.get(PATH + "?state=waiting&limit=1"));
        assertThat(page.at("/items/0/id").asText()).isEqualTo(second);
        assertThat(page.at("/items/0").has("request")).isFalse();
        assertThat(ServiceClient.json(approver.get(PATH + "?state=waiting&limit=1&cursor="
                                + page.get("next").asText()))
                        .at("/items/0/id")
                        .asText())
                .isEqualTo(first);
        assertThat(ids(approver, "?state=withdrawn")).doesNotContain(first);
    }

    @Test
    void letsTheRequesterWithdraw() throws Exception {
        String id = waiting("withdrawn");

        requireProblem(approver.delete(PATH + "/" + id), 403, "urn:perennial:error:access-denied");
        assertThat(shop.delete(PATH + "/" + id).statusCode()).isEqualTo(204);

        assertThat(ids(approver, "?state=withdrawn")).contains(id);
        assertThat(ServiceClient.json(approver.get(PATH + "/" + id)).has("request"))
                .isFalse();
        requireProblem(decide(approver, id, "approve", "{}"), 409, "urn:perennial:error:approval-conflict");
    }

    /** The worker records it. */
    @Test
    void expires() throws Exception {
        String id = waiting("expired");
        try (var connection = DriverManager.getConnection(DATABASE, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("UPDATE approval SET expires_at = now() WHERE id = '" + id + "'");
        }

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(ids(approver, "?state=expired")).contains(id));

        JsonNode problem = requireProblem(keyed("key-expired", "expired"), 422, "urn:perennial:error:approval-expired");
        assertThat(problem.get("detail").asText()).contains(id);
    }

    @Test
    void testsWhetherARequestWouldWait() throws Exception {
        JsonNode tested =
                ServiceClient.json(admin.post("/api/v1/policy/test", "{\"request\":" + body("tested") + "}", JSON));

        assertThat(tested.at("/approval/role").asText()).isEqualTo("approver");
        assertThat(tested.get("allowed").asBoolean()).isTrue();
    }

    private static List<String> ids(ServiceClient client, String query) throws Exception {
        return ServiceClient.json(client.get(PATH + query)).get("items").findValuesAsText("id");
    }

    private static String waiting(String name) throws Exception {
        HttpResponse<String> answer = request(name);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        JsonNode approval = ServiceClient.json(answer).get("approval");
        assertThat(Instant.parse(approval.get("expiresAt").asText())).isAfter(Instant.now());
        return approval.get("id").asText();
    }

    private static HttpResponse<String> request(String name) throws Exception {
        return keyed("key-" + name, name);
    }

    private static HttpResponse<String> keyed(String key, String name) throws Exception {
        return shop.send(shop.authorized("/api/v1/certificates")
                .header("Idempotency-Key", key)
                .header("Content-Type", JSON)
                .POST(HttpRequest.BodyPublishers.ofString(body(name))));
    }

    private static String body(String name) {
        return """
                {"name":"%1$s","owner":"shop","identifiers":[{"type":"dns","value":"%1$s.example.com"}]}""".formatted(name);
    }

    private static HttpResponse<String> decide(ServiceClient client, String id, String decision, String body)
            throws Exception {
        return client.post(PATH + "/" + id + "/" + decision, body, JSON);
    }
}
