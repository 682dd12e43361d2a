package dev.perennial.orders.http;

import static dev.perennial.orders.http.ServiceClient.json;
import static dev.perennial.orders.http.ServiceClient.requireProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.parts.Postgres;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The packaged service with a real database, while Kafka, Vault and the CA are unavailable. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BootIT {
    private static final String DATABASE = Postgres.url();

    @TempDir
    static Path dir;

    private static PackagedService service;
    private static ServiceClient api;
    private static String token;

    @BeforeAll
    static void start() throws Exception {
        service = PackagedService.start(dir, DATABASE);
        token = service.client(PackagedService.BOOTSTRAP_TOKEN).createToken("admin", "admin", "*");
        api = service.client(token);
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void acceptsARequestAndShowsItsTimeline() throws Exception {
        HttpResponse<String> taken = api.post("""
            {"name":"shop","owner":"web","identifiers":[{"type":"dns","value":"Shop.Example.COM"}],"novelty":1}\
            """, "application/json");

        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        JsonNode answer = json(taken);
        assertThat(answer.get("disposition").asText()).isEqualTo("ORDERED");
        String location = taken.headers().firstValue("location").orElseThrow();
        String path = "/api/v1/certificates/" + answer.get("certificateId").asText();
        assertThat(URI.create(location).getPath()).isEqualTo(path);
        JsonNode detail = json(api.get(path));
        assertThat(detail.at("/certificate/identifiers/0/value").asText()).isEqualTo("shop.example.com");
        assertThat(detail.at("/orders/0/orderId").asText())
                .isEqualTo(answer.get("orderId").asText());
        assertThat(detail.at("/orders/0/traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(detail.at("/timeline/0/entry").asText()).isEqualTo("certificate.requested");
        JsonNode page = json(api.get("/api/v1/certificates?name=shop&owner=web&state=due&limit=1"));
        assertThat(page.at("/items/0/certificateId").asText())
                .isEqualTo(answer.get("certificateId").asText());
        assertThat(json(api.get("/api/v1/certificates?cursor="
                                + page.get("next").asText()))
                        .get("items"))
                .isEmpty();
        assertThat(json(api.get("/api/v1/certificates?nameContains=sHo&identifier=shop.example.com"))
                        .at("/items/0/name")
                        .asText())
                .isEqualTo("shop");
        assertThat(json(api.get("/api/v1/certificates?expiresBefore=2099-01-01T00:00:00Z"))
                        .get("items"))
                .isEmpty();
        requireProblem(
                api.get("/api/v1/certificates?expiresBefore=2099-01-01T00:00:00Z&cursor="
                        + page.get("next").asText()),
                400,
                "urn:perennial:error:invalid-field");
    }

    @Test
    void retiresACertificateAndResumesItsRenewal() throws Exception {
        String path = "/api/v1/certificates/"
                + json(api.post("""
                    {"name":"closed","owner":"web","identifiers":[{"type":"dns","value":"closed.example.com"}]}\
                    """, "application/json")).get("certificateId").asText();

        requireProblem(
                api.put(path + "/retirement", "{\"reason\":\" \"}", ServiceClient.ANY),
                400,
                "urn:perennial:error:invalid-field");
        assertThat(api.put(path + "/retirement", "{\"reason\":\"the shop is closed\"}", ServiceClient.ANY)
                        .statusCode())
                .isEqualTo(204);
        JsonNode retired = json(api.get(path));
        assertThat(retired.at("/certificate/retired/reason").asText()).isEqualTo("the shop is closed");
        assertThat(api.delete(path + "/retirement").statusCode()).isEqualTo(204);
        assertThat(json(api.get(path)).at("/certificate/retired").isMissingNode())
                .isTrue();
        requireProblem(
                api.delete("/api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/retirement"),
                404,
                "urn:perennial:error:not-found");
    }

    @Test
    void explainsWhyNothingIsRevoked() throws Exception {
        String path = "/api/v1/certificates/"
                + json(api.post("""
                    {"name":"young","owner":"web","identifiers":[{"type":"dns","value":"young.example.com"}]}\
                    """, "application/json")).get("certificateId").asText() + "/revocations";

        String reason = "{\"reason\":\"superseded\"}";
        requireProblem(api.post(path, reason, "application/json"), 422, "urn:perennial:error:nothing-to-revoke");
        requireProblem(
                api.post(path + "?dryRun=true", reason, "application/json"),
                422,
                "urn:perennial:error:nothing-to-revoke");
        requireProblem(api.post(path, "{}", "application/json"), 422, "urn:perennial:error:invalid-field");
        requireProblem(
                api.post(path, "{\"reason\":\"boredom\"}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        requireProblem(
                api.post(
                        "/api/v1/certificates/" + java.util.UUID.randomUUID() + "/revocations",
                        reason,
                        "application/json"),
                404,
                "urn:perennial:error:not-found");
    }

    @Test
    void showsWhyAnOrderWaitsAndReleasesAName() throws Exception {
        try (var connection = DriverManager.getConnection(DATABASE, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute("""
                INSERT INTO failing_name (issuer, name, failures, failed_at, quarantined_until, problem)
                VALUES ('local', 'poisoned.example.com', 5, now(), now() + interval '1 day',
                        '{"code":"challenge-failed","detail":"the CA saw nothing"}')\
                """);
        }
        String path = "/api/v1/certificates/"
                + json(api.post("""
                    {"name":"poisoned","owner":"web","identifiers":[{"type":"dns","value":"poisoned.example.com"}]}\
                    """, "application/json")).get("certificateId").asText();
        await().atMost(PackagedService.START_LIMIT)
                .until(() -> !json(api.get(path)).at("/orders/0/waiting").isMissingNode());

        JsonNode waiting = json(api.get(path)).at("/orders/0/waiting");
        assertThat(waiting.get("code").asText()).isEqualTo("name-quarantined");
        assertThat(waiting.get("reason").asText()).contains("poisoned.example.com", "5 times in a row");
        assertThat(Instant.parse(waiting.get("until").asText())).isAfter(Instant.now());
        assertThat(json(api.get("/api/v1/certificates?name=poisoned")).at("/items/0/waiting"))
                .isEqualTo(waiting);
        assertThat(json(api.get("/api/v1/quarantine")).at("/0/name").asText()).isEqualTo("poisoned.example.com");
        assertThat(api.delete("/api/v1/quarantine/local/poisoned.example.com").statusCode())
                .isEqualTo(204);
        assertThat(json(api.get("/api/v1/quarantine"))).isEmpty();
        assertThat(json(api.get(path)).at("/orders/0/waiting").isMissingNode()).isTrue();
        requireProblem(
                api.delete("/api/v1/quarantine/local/poisoned.example.com"), 404, "urn:perennial:error:not-found");
    }

    @Test
    void refusesInvalidReplacements() throws Exception {
        String path = "/api/v1/replacements";
        JsonNode problem = requireProblem(
                api.post(path, "{\"selector\":{}}", "application/json"), 422, "urn:perennial:error:invalid-field");
        assertThat(problem.get("detail").asText()).contains("at least one criterion");
        problem = requireProblem(
                api.post(path, "{\"selector\":{\"owner\":\"unknown\"}}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        assertThat(problem.get("detail").asText()).contains("no current certificate matches: of unknown");
        requireProblem(api.post(path, "null", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(
                api.post(path, "{\"selector\":{\"owner\":\"a\"},\"atOnce\":0}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        String unknown = path + "/01a1ff77-4ae3-79a0-9964-746f50f88a91";
        requireProblem(api.post(unknown + "/approve", "", "application/json"), 404, "urn:perennial:error:not-found");
        requireProblem(api.get(path + "/none/report"), 404, "urn:perennial:error:not-found");
        assertThat(json(api.get(path))).isEmpty();
    }

    @Test
    void createsChangesAndDeletesAnIssuer() throws Exception {
        String path = "/api/v1/issuers/by-hand";
        String body = """
            {"directory":"https://localhost:1/dir","keyTypes":["RSA_2048"],"fallbacks":["local"]}\
            """;

        HttpResponse<String> made = api.put(path, body, ServiceClient.ANY);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String revision = made.headers().firstValue("ETag").orElseThrow();
        assertThat(json(made).get("managedBy").asText()).isEqualTo("rest");
        assertThat(json(made).at("/settings/keyTypes/0").asText()).isEqualTo("RSA_2048");
        assertThat(json(api.get(path))).isEqualTo(json(made));
        assertThat(json(api.get("/api/v1/issuers")).findValuesAsText("managedBy"))
                .contains("file", "rest");

        HttpResponse<String> changed =
                api.put(path, json(made).get("settings").toString().replace("2048", "4096"), revision);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        requireProblem(api.put(path, body, revision), 412, "urn:perennial:error:issuer-changed");
        requireProblem(api.put(path, body, "\"x\""), 400, "urn:perennial:error:invalid-field");
        requireProblem(api.put(path, "{", ServiceClient.ANY), 400, "urn:perennial:error:malformed-json");
        requireProblem(api.put(path, "[]", ServiceClient.ANY), 422, "urn:perennial:error:invalid-field");
        JsonNode wrong =
                requireProblem(api.put(path, """
            {"directory":"https://localhost:2/dir","limits":"x","fallbacks":["unknown"]}\
            """, ServiceClient.ANY), 422, "urn:perennial:error:invalid-field");
        assertThat(wrong.get("problems")).hasSize(3);
        requireProblem(
                api.put("/api/v1/issuers/local", body, ServiceClient.ANY),
                409,
                "urn:perennial:error:issuer-managed-by-file");
        requireProblem(api.delete("/api/v1/issuers/local"), 409, "urn:perennial:error:issuer-managed-by-file");

        assertThat(api.delete(path).statusCode()).isEqualTo(204);
        requireProblem(api.get(path), 404, "urn:perennial:error:unknown-issuer");
        requireProblem(api.delete(path), 404, "urn:perennial:error:unknown-issuer");
        JsonNode audit = json(api.get(path + "/changes"));
        assertThat(audit.findValuesAsText("changedBy")).containsExactly("rest", "rest", "rest");
        assertThat(audit.findValuesAsText("traceId")).hasSize(3).allMatch(id -> id.matches("[0-9a-f]{32}"));
        assertThat(audit.at("/1/before/keyTypes/0").asText()).isEqualTo("RSA_2048");
        assertThat(audit.at("/1/after/keyTypes/0").asText()).isEqualTo("RSA_4096");
        assertThat(audit.at("/0/after").isMissingNode()).isTrue();
        requireProblem(api.get("/api/v1/issuers/unknown/changes"), 404, "urn:perennial:error:unknown-issuer");
        requireProblem(api.get("/api/v1/issuers/no%00body"), 404, "urn:perennial:error:unknown-issuer");
    }

    @Test
    void answersAFailureWithAProblemDocument() throws Exception {
        requireProblem(api.post("{\"name\":", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(api.post("{\"name\":7}", "application/json"), 422, "urn:perennial:error:invalid-field");
        requireProblem(api.post("x".repeat(256 * 1024 + 1), "application/json"), 413, "urn:perennial:error:too-large");
        requireProblem(api.post("name: shop", "application/yaml"), 415, "about:blank");
        requireProblem(api.get("/api/v1/certificates/nothing"), 404, "urn:perennial:error:not-found");
        requireProblem(api.get("/api/v1/nothing"), 404, "urn:perennial:error:not-found");
        requireProblem(api.get("/api/v1/certificates?state=ASLEEP"), 400, "urn:perennial:error:invalid-field");
        requireProblem(api.get("/api/v1/certificates?nameContains=s-h-o-p"), 400, "urn:perennial:error:invalid-field");
        requireProblem(api.get("/api/v1/certificates?identifier=no%20name"), 400, "urn:perennial:error:invalid-field");
        JsonNode refused =
                requireProblem(api.post("""
                    {"name":"x","owner":"web","issuer":"unknown","identifiers":[{"type":"dns","value":"*.example.org"}]}\
                    """, "application/json"), 422, "urn:perennial:error:wildcard-needs-dns01");
        assertThat(refused.get("problems").findValuesAsText("code"))
                .containsExactly("wildcard-needs-dns01", "forbidden-name", "unknown-issuer");
    }

    @Test
    void diagnosesIssuersAndNames() throws Exception {
        JsonNode all = json(api.post("/api/v1/doctor", "{}", "application/json"));
        assertThat(all).hasSize(1);
        assertThat(all.at("/0/subject").asText()).isEqualTo("issuer local");
        assertThat(hop(all.get(0), "directory reachable").get("outcome").asText())
                .isEqualTo("FAILED");
        assertThat(hop(all.get(0), "directory reachable").get("remedy").asText())
                .contains("firewall");
        assertThat(hop(all.get(0), "Vault reachable").get("outcome").asText()).isEqualTo("FAILED");
        assertThat(hop(all.get(0), "within CA limits").get("evidence").asText())
                .contains("of 300 in 3 h new orders of the account");

        JsonNode both = json(
                api.post("/api/v1/doctor", "{\"issuer\": \"local\", \"name\": \"192.0.2.1\"}", "application/json"));
        assertThat(both.at("/1/subject").asText()).isEqualTo("192.0.2.1 at local");
        assertThat(hop(both.get(1), "allowed by policy").get("outcome").asText())
                .isEqualTo("FAILED");
        JsonNode name = json(api.post("/api/v1/doctor", "{\"name\": \"Doctor.Example.COM\"}", "application/json"));
        assertThat(name.at("/0/subject").asText()).isEqualTo("doctor.example.com at local");
        assertThat(hop(name.get(0), "name resolves").get("outcome").asText()).isEqualTo("FAILED");
        assertThat(hop(name.get(0), "http-01 path").get("outcome").asText()).isEqualTo("SKIPPED");

        requireProblem(
                api.post("/api/v1/doctor", "{\"issuer\": \"unknown\"}", "application/json"),
                404,
                "urn:perennial:error:unknown-issuer");
        requireProblem(
                api.post("/api/v1/doctor", "{\"name\": \"a b\"}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        requireProblem(api.post("/api/v1/doctor", "{", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(
                api.post("/api/v1/doctor", "null", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(
                api.post("/api/v1/doctor", "{\"name\": 7, \"x\": {}}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
    }

    @Test
    void limitsTheDiagnosesOfAPrincipal() throws Exception {
        ServiceClient loop = service.client(api.createToken("doctor-loop", "operator", "*"));
        String outsidePolicy = "{\"name\": \"192.0.2.1\"}";
        for (int i = 0; i < 30; i++) {
            assertThat(loop.post("/api/v1/doctor", outsidePolicy, "application/json")
                            .statusCode())
                    .isEqualTo(200);
        }

        requireProblem(
                loop.post("/api/v1/doctor", outsidePolicy, "application/json"),
                429,
                "urn:perennial:error:too-many-requests");
        assertThat(api.post("/api/v1/doctor", outsidePolicy, "application/json").statusCode())
                .as("another principal")
                .isEqualTo(200);
    }

    private static JsonNode hop(JsonNode diagnosis, String name) {
        for (JsonNode hop : diagnosis.get("hops")) {
            if (hop.get("name").asText().equals(name)) {
                return hop;
            }
        }
        throw new AssertionError("no hop '" + name + "' in " + diagnosis);
    }

    /** PostgreSQL has years from -4712 to 294276, and Java has many more. */
    @Test
    void refusesTimesThatCannotBeStored() throws Exception {
        for (String year : List.of("%2B999999999", "-999999999", "%2B294277", "0000")) {
            requireProblem(
                    api.get("/api/v1/certificates?expiresBefore=" + year + "-01-01T00:00:00Z"),
                    400,
                    "urn:perennial:error:invalid-field");
            String time = year.replace("%2B", "+") + "-01-01T00:00:00Z";
            String cursor = Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            ("01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01 " + time).getBytes(StandardCharsets.US_ASCII));
            requireProblem(
                    api.get("/api/v1/certificates?expiresBefore=2099-01-01T00:00:00Z&cursor=" + cursor),
                    400,
                    "urn:perennial:error:invalid-field");
            for (String body : List.of(
                    "{'selector': {'owner': 'web'}, 'deadline': '%s'}",
                    "{'selector': {'issuedFrom': '%s'}}", "{'selector': {'issuedBefore': '%s'}}")) {
                requireProblem(
                        api.post("/api/v1/replacements", body.replace('\'', '"').formatted(time), "application/json"),
                        422,
                        "urn:perennial:error:invalid-field");
            }
        }
        requireProblem(api.get("/api/v1/certificates?limit=99999999999999"), 400, "urn:perennial:error:invalid-field");
    }

    @Test
    void isClosedWithoutTheToken() throws Exception {
        for (String path :
                List.of("/api/v1/certificates", "/api/openapi", "/q/metrics", "/", "//api/v1/certificates")) {
            HttpResponse<String> answer = api.send(HttpRequest.newBuilder(api.at(path)));

            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(json(answer).get("type").asText()).isEqualTo("urn:perennial:error:unauthenticated");
        }
        HttpResponse<String> wrong = api.send(HttpRequest.newBuilder(api.at("/api/v1/certificates"))
                .header("Authorization", "Bearer " + token + "x"));
        assertThat(wrong.statusCode()).isEqualTo(401);
    }

    @Test
    void matchesTheCommittedApiDescription() throws Exception {
        String description = api.get("/api/openapi").body();

        Path committed = Path.of("..", "docs", "reference", "openapi.yaml");
        if (Boolean.getBoolean("contract.update")) {
            Files.writeString(committed, description);
        }
        assertThat(Files.readString(committed))
                .as("docs/reference/openapi.yaml differs; rewrite it with -Dcontract.update=true and review the change")
                .isEqualTo(description);
    }

    /** The last test, because its requests create issuers and certificates. */
    @Test
    @Order(Integer.MAX_VALUE)
    void conformsToItsApiDescription() throws Exception {
        ExistingResources existing = ExistingResources.insert(DATABASE, "local");
        String replacement = json(api.post(
                        "/api/v1/replacements",
                        "{\"selector\":{\"owner\":\"" + existing.owner() + "\"}}",
                        "application/json"))
                .get("id")
                .asText();

        Schemathesis.Result result = Schemathesis.run(
                api.at("/api/openapi"),
                token,
                Map.of(
                        "/certificates$", Map.of("query.owner", existing.owner()),
                        "/certificates/",
                                Map.of("path.id", existing.certificate().toString()),
                        "/replacements/", Map.of("path.id", replacement),
                        "/issuers/", Map.of("path.issuer", existing.issuer())),
                dir);

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.found())
                .as("the responses that were compared with the description")
                .contains(
                        "/api/v1/certificates",
                        "/api/v1/certificates/" + existing.certificate(),
                        "/api/v1/issuers",
                        "/api/v1/issuers/local",
                        "/api/v1/issuers/local/changes",
                        "/api/v1/policy",
                        "/api/v1/policy/revisions",
                        "/api/v1/quarantine",
                        "/api/v1/replacements",
                        "/api/v1/replacements/" + replacement,
                        "/api/v1/replacements/" + replacement + "/report",
                        "/api/v1/replacements/" + replacement + "/report.csv");
        assertThat(service.log()).doesNotContain("because of a defect");
    }

    @Test
    void countsOrdersOnTheManagementInterfaceOnly() throws Exception {
        String metrics = api.send(HttpRequest.newBuilder(service.management("/q/metrics")))
                .body();

        assertThat(metrics)
                .contains(
                        "perennial_orders{",
                        "state=\"due\"",
                        "perennial_quarantined_names",
                        "perennial_waiting_orders{");
        assertThat(service.log()).contains("/dir, 300 in 1 s new orders in quick succession, 300 in 3 h");
    }

    @Test
    void refusesToStartWithAReadableTokenFile() throws Exception {
        Path open = Files.writeString(dir.resolve("open-token"), PackagedService.BOOTSTRAP_TOKEN);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        try (PackagedService refused = PackagedService.launch(dir, "refused", DATABASE, open)) {
            assertThat(refused.waitFor(PackagedService.START_LIMIT)).isTrue();
            assertThat(refused.exitValue()).isNotZero();
            assertThat(refused.log())
                    .contains("others than the owner may read")
                    .doesNotContain(PackagedService.BOOTSTRAP_TOKEN + "\n");
        }
    }
}
