package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.orders.parts.Postgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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
    private static final String TOKEN = "boot-token";
    private static final String ANY = "any";
    private static final String DATABASE = Postgres.url();
    private static final Duration START_LIMIT = Duration.ofSeconds(40);

    @TempDir
    static Path dir;

    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static Process service;
    private static int port;
    private static int managementPort;

    @BeforeAll
    static void start() throws Exception {
        port = freePort();
        managementPort = freePort();
        service = launch(config(secret("token", TOKEN)), dir.resolve("service.log"));
        await().atMost(START_LIMIT).untilAsserted(() -> assertThat(isUp())
                .withFailMessage(() -> "it did not start:\n" + log("service.log"))
                .isTrue());
    }

    @AfterAll
    static void stop() throws Exception {
        // Without a broker, a regular stop of the consumers takes 20 s.
        service.destroyForcibly().waitFor(20, TimeUnit.SECONDS);
    }

    @Test
    void acceptsARequestAndShowsItsTimeline() throws Exception {
        HttpResponse<String> taken = post("""
            {"name":"shop","owner":"web","identifiers":[{"type":"dns","value":"Shop.Example.COM"}],"novelty":1}\
            """, "application/json");

        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        JsonNode answer = json(taken);
        assertThat(answer.get("disposition").asText()).isEqualTo("ORDERED");
        String location = taken.headers().firstValue("location").orElseThrow();
        String path = "/api/v1/certificates/" + answer.get("certificateId").asText();
        assertThat(URI.create(location).getPath()).isEqualTo(path);
        JsonNode detail = json(get(path));
        assertThat(detail.at("/certificate/identifiers/0/value").asText()).isEqualTo("shop.example.com");
        assertThat(detail.at("/orders/0/orderId").asText())
                .isEqualTo(answer.get("orderId").asText());
        assertThat(detail.at("/orders/0/traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(detail.at("/timeline/0/entry").asText()).isEqualTo("certificate.requested");
        JsonNode page = json(get("/api/v1/certificates?name=shop&owner=web&state=due&limit=1"));
        assertThat(page.at("/items/0/certificateId").asText())
                .isEqualTo(answer.get("certificateId").asText());
        assertThat(json(get("/api/v1/certificates?cursor=" + page.get("next").asText()))
                        .get("items"))
                .isEmpty();
        assertThat(json(get("/api/v1/certificates?nameContains=sHo&identifier=shop.example.com"))
                        .at("/items/0/name")
                        .asText())
                .isEqualTo("shop");
        assertThat(json(get("/api/v1/certificates?expiresBefore=2099-01-01T00:00:00Z"))
                        .get("items"))
                .isEmpty();
        requireProblem(
                get("/api/v1/certificates?expiresBefore=2099-01-01T00:00:00Z&cursor="
                        + page.get("next").asText()),
                400,
                "urn:perennial:error:invalid-field");
    }

    @Test
    void retiresAndRevivesACertificate() throws Exception {
        String path = "/api/v1/certificates/"
                + json(post("""
                    {"name":"closed","owner":"web","identifiers":[{"type":"dns","value":"closed.example.com"}]}\
                    """, "application/json")).get("certificateId").asText();

        requireProblem(put(path + "/retirement", "{\"reason\":\" \"}", ANY), 400, "urn:perennial:error:invalid-field");
        assertThat(put(path + "/retirement", "{\"reason\":\"the shop is closed\"}", ANY)
                        .statusCode())
                .isEqualTo(204);
        JsonNode retired = json(get(path));
        assertThat(retired.at("/certificate/retired/reason").asText()).isEqualTo("the shop is closed");
        assertThat(delete(path + "/retirement").statusCode()).isEqualTo(204);
        assertThat(json(get(path)).at("/certificate/retired").isMissingNode()).isTrue();
        requireProblem(
                delete("/api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/retirement"),
                404,
                "urn:perennial:error:not-found");
    }

    @Test
    void explainsWhyNothingIsRevoked() throws Exception {
        String path = "/api/v1/certificates/"
                + json(post("""
                    {"name":"young","owner":"web","identifiers":[{"type":"dns","value":"young.example.com"}]}\
                    """, "application/json")).get("certificateId").asText() + "/revocations";

        String reason = "{\"reason\":\"superseded\"}";
        requireProblem(post(path, reason, "application/json"), 422, "urn:perennial:error:nothing-to-revoke");
        requireProblem(
                post(path + "?dryRun=true", reason, "application/json"), 422, "urn:perennial:error:nothing-to-revoke");
        requireProblem(post(path, "{}", "application/json"), 422, "urn:perennial:error:invalid-field");
        requireProblem(
                post(path, "{\"reason\":\"boredom\"}", "application/json"), 422, "urn:perennial:error:invalid-field");
        requireProblem(
                post(
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
                + json(post("""
                    {"name":"poisoned","owner":"web","identifiers":[{"type":"dns","value":"poisoned.example.com"}]}\
                    """, "application/json")).get("certificateId").asText();
        await().atMost(START_LIMIT)
                .until(() -> !json(get(path)).at("/orders/0/waiting").isMissingNode());

        JsonNode waiting = json(get(path)).at("/orders/0/waiting");
        assertThat(waiting.get("code").asText()).isEqualTo("name-quarantined");
        assertThat(waiting.get("reason").asText()).contains("poisoned.example.com", "5 times in a row");
        assertThat(Instant.parse(waiting.get("until").asText())).isAfter(Instant.now());
        assertThat(json(get("/api/v1/certificates?name=poisoned")).at("/items/0/waiting"))
                .isEqualTo(waiting);
        assertThat(json(get("/api/v1/quarantine")).at("/0/name").asText()).isEqualTo("poisoned.example.com");
        assertThat(delete("/api/v1/quarantine/local/poisoned.example.com").statusCode())
                .isEqualTo(204);
        assertThat(json(get("/api/v1/quarantine"))).isEmpty();
        assertThat(json(get(path)).at("/orders/0/waiting").isMissingNode()).isTrue();
        requireProblem(delete("/api/v1/quarantine/local/poisoned.example.com"), 404, "urn:perennial:error:not-found");
    }

    @Test
    void refusesInvalidReplacements() throws Exception {
        String path = "/api/v1/replacements";
        JsonNode problem = requireProblem(
                post(path, "{\"selector\":{}}", "application/json"), 422, "urn:perennial:error:invalid-field");
        assertThat(problem.get("detail").asText()).contains("at least one criterion");
        problem = requireProblem(
                post(path, "{\"selector\":{\"owner\":\"unknown\"}}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        assertThat(problem.get("detail").asText()).contains("no current certificate matches: of unknown");
        requireProblem(post(path, "null", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(
                post(path, "{\"selector\":{\"owner\":\"a\"},\"atOnce\":0}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        String unknown = path + "/01a1ff77-4ae3-79a0-9964-746f50f88a91";
        requireProblem(post(unknown + "/approve", "", "application/json"), 404, "urn:perennial:error:not-found");
        requireProblem(get(path + "/none/report"), 404, "urn:perennial:error:not-found");
        assertThat(json(get(path))).isEmpty();
    }

    @Test
    void createsChangesAndDeletesAnIssuer() throws Exception {
        String path = "/api/v1/issuers/by-hand";
        String body = """
            {"directory":"https://localhost:1/dir","keyTypes":["RSA_2048"],"fallbacks":["local"]}\
            """;

        HttpResponse<String> made = put(path, body, ANY);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        String revision = made.headers().firstValue("ETag").orElseThrow();
        assertThat(json(made).get("managedBy").asText()).isEqualTo("rest");
        assertThat(json(made).at("/settings/keyTypes/0").asText()).isEqualTo("RSA_2048");
        assertThat(json(get(path))).isEqualTo(json(made));
        assertThat(json(get("/api/v1/issuers")).findValuesAsText("managedBy")).contains("file", "rest");

        HttpResponse<String> changed =
                put(path, json(made).get("settings").toString().replace("2048", "4096"), revision);
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        requireProblem(put(path, body, revision), 412, "urn:perennial:error:issuer-changed");
        requireProblem(put(path, body, "\"x\""), 400, "urn:perennial:error:invalid-field");
        requireProblem(put(path, "{", ANY), 400, "urn:perennial:error:malformed-json");
        requireProblem(put(path, "[]", ANY), 422, "urn:perennial:error:invalid-field");
        JsonNode wrong = requireProblem(put(path, """
            {"directory":"https://localhost:2/dir","limits":"x","fallbacks":["unknown"]}\
            """, ANY), 422, "urn:perennial:error:invalid-field");
        assertThat(wrong.get("problems")).hasSize(3);
        requireProblem(put("/api/v1/issuers/local", body, ANY), 409, "urn:perennial:error:issuer-managed-by-file");
        requireProblem(delete("/api/v1/issuers/local"), 409, "urn:perennial:error:issuer-managed-by-file");

        assertThat(delete(path).statusCode()).isEqualTo(204);
        requireProblem(get(path), 404, "urn:perennial:error:unknown-issuer");
        requireProblem(delete(path), 404, "urn:perennial:error:unknown-issuer");
        JsonNode audit = json(get(path + "/changes"));
        assertThat(audit.findValuesAsText("changedBy")).containsExactly("rest", "rest", "rest");
        assertThat(audit.findValuesAsText("traceId")).hasSize(3).allMatch(id -> id.matches("[0-9a-f]{32}"));
        assertThat(audit.at("/1/before/keyTypes/0").asText()).isEqualTo("RSA_2048");
        assertThat(audit.at("/1/after/keyTypes/0").asText()).isEqualTo("RSA_4096");
        assertThat(audit.at("/0/after").isMissingNode()).isTrue();
        requireProblem(get("/api/v1/issuers/unknown/changes"), 404, "urn:perennial:error:unknown-issuer");
        requireProblem(get("/api/v1/issuers/no%00body"), 404, "urn:perennial:error:unknown-issuer");
    }

    @Test
    void answersAFailureWithAProblemDocument() throws Exception {
        requireProblem(post("{\"name\":", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(post("{\"name\":7}", "application/json"), 422, "urn:perennial:error:invalid-field");
        requireProblem(post("x".repeat(256 * 1024 + 1), "application/json"), 413, "urn:perennial:error:too-large");
        requireProblem(post("name: shop", "application/yaml"), 415, "about:blank");
        requireProblem(get("/api/v1/certificates/nothing"), 404, "urn:perennial:error:not-found");
        requireProblem(get("/api/v1/nothing"), 404, "urn:perennial:error:not-found");
        requireProblem(get("/api/v1/certificates?state=ASLEEP"), 400, "urn:perennial:error:invalid-field");
        requireProblem(get("/api/v1/certificates?nameContains=s-h-o-p"), 400, "urn:perennial:error:invalid-field");
        requireProblem(get("/api/v1/certificates?identifier=no%20name"), 400, "urn:perennial:error:invalid-field");
        JsonNode refused =
                requireProblem(post("""
                    {"name":"x","owner":"web","issuer":"unknown","identifiers":[{"type":"dns","value":"*.example.org"}]}\
                    """, "application/json"), 422, "urn:perennial:error:wildcard-needs-dns01");
        assertThat(refused.get("problems").findValuesAsText("code"))
                .containsExactly("wildcard-needs-dns01", "forbidden-name", "unknown-issuer");
    }

    @Test
    void diagnosesIssuersAndNames() throws Exception {
        JsonNode all = json(post("/api/v1/doctor", "{}", "application/json"));
        assertThat(all).hasSize(1);
        assertThat(all.at("/0/subject").asText()).isEqualTo("issuer local");
        assertThat(hop(all.get(0), "directory reachable").get("outcome").asText())
                .isEqualTo("FAILED");
        assertThat(hop(all.get(0), "directory reachable").get("remedy").asText())
                .contains("firewall");
        assertThat(hop(all.get(0), "Vault reachable").get("outcome").asText()).isEqualTo("FAILED");
        assertThat(hop(all.get(0), "budget left").get("evidence").asText())
                .contains("of 300 in 3 h new orders of the account");

        JsonNode both =
                json(post("/api/v1/doctor", "{\"issuer\": \"local\", \"name\": \"192.0.2.1\"}", "application/json"));
        assertThat(both.at("/1/subject").asText()).isEqualTo("192.0.2.1 at local");
        assertThat(hop(both.get(1), "allowed here").get("outcome").asText()).isEqualTo("FAILED");
        JsonNode name = json(post("/api/v1/doctor", "{\"name\": \"Doctor.Example.COM\"}", "application/json"));
        assertThat(name.at("/0/subject").asText()).isEqualTo("doctor.example.com at local");
        assertThat(hop(name.get(0), "name resolves").get("outcome").asText()).isEqualTo("FAILED");
        assertThat(hop(name.get(0), "http-01 path").get("outcome").asText()).isEqualTo("SKIPPED");

        requireProblem(
                post("/api/v1/doctor", "{\"issuer\": \"unknown\"}", "application/json"),
                404,
                "urn:perennial:error:unknown-issuer");
        requireProblem(
                post("/api/v1/doctor", "{\"name\": \"a b\"}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
        requireProblem(post("/api/v1/doctor", "{", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(post("/api/v1/doctor", "null", "application/json"), 400, "urn:perennial:error:malformed-json");
        requireProblem(
                post("/api/v1/doctor", "{\"name\": 7, \"x\": {}}", "application/json"),
                422,
                "urn:perennial:error:invalid-field");
    }

    private static JsonNode hop(JsonNode diagnosis, String name) {
        for (JsonNode hop : diagnosis.get("hops")) {
            if (hop.get("name").asText().equals(name)) {
                return hop;
            }
        }
        throw new AssertionError("no hop '" + name + "' in " + diagnosis);
    }

    @Test
    void isClosedWithoutTheToken() throws Exception {
        for (String path :
                List.of("/api/v1/certificates", "/api/openapi", "/q/metrics", "/", "//api/v1/certificates")) {
            HttpResponse<String> answer =
                    HTTP.send(HttpRequest.newBuilder(at(port, path)).build(), HttpResponse.BodyHandlers.ofString());

            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(json(answer).get("type").asText()).isEqualTo("urn:perennial:error:unauthenticated");
        }
        HttpResponse<String> wrong = HTTP.send(
                HttpRequest.newBuilder(at(port, "/api/v1/certificates"))
                        .header("Authorization", "Bearer " + TOKEN + "x")
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(wrong.statusCode()).isEqualTo(401);
    }

    @Test
    void matchesTheCommittedApiDescription() throws Exception {
        String description = get("/api/openapi").body();

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
        String replacement = json(post(
                        "/api/v1/replacements",
                        "{\"selector\":{\"owner\":\"" + existing.owner() + "\"}}",
                        "application/json"))
                .get("id")
                .asText();

        Schemathesis.Result result = Schemathesis.run(
                at(port, "/api/openapi"),
                TOKEN,
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
                        "/api/v1/quarantine",
                        "/api/v1/replacements",
                        "/api/v1/replacements/" + replacement,
                        "/api/v1/replacements/" + replacement + "/report",
                        "/api/v1/replacements/" + replacement + "/report.csv");
        assertThat(log("service.log")).doesNotContain("because of a defect");
    }

    @Test
    void countsOrdersOnTheManagementInterfaceOnly() throws Exception {
        String metrics = HTTP.send(
                        HttpRequest.newBuilder(at(managementPort, "/q/metrics")).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();

        assertThat(metrics)
                .contains(
                        "perennial_orders{",
                        "state=\"due\"",
                        "perennial_quarantined_names",
                        "perennial_waiting_orders{");
        assertThat(log("service.log")).contains("/dir, 300 in 1 s new orders in quick succession, 300 in 3 h");
    }

    @Test
    void refusesToStartWithAReadableTokenFile() throws Exception {
        Path open = Files.writeString(dir.resolve("open-token"), TOKEN);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));

        Process refused = launch(config(open), dir.resolve("refused.log"));
        boolean ended = refused.waitFor(40, TimeUnit.SECONDS);
        refused.destroyForcibly();

        assertThat(ended).isTrue();
        assertThat(refused.exitValue()).isNotZero();
        assertThat(log("refused.log"))
                .contains("others than the owner may read")
                .doesNotContain(TOKEN + "\n");
    }

    private static JsonNode requireProblem(HttpResponse<String> answer, int status, String type) throws IOException {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElseThrow()).startsWith("application/problem+json");
        JsonNode problem = json(answer);
        assertThat(problem.get("type").asText()).isEqualTo(type);
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotBlank();
        assertThat(problem.get("detail").asText()).isNotBlank();
        assertThat(problem.get("traceId").asText()).matches("[0-9a-f]{32}");
        return problem;
    }

    private static HttpResponse<String> post(String body, String contentType) throws Exception {
        return post("/api/v1/certificates", body, contentType);
    }

    private static HttpResponse<String> post(String path, String body, String contentType) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(at(port, path))
                        .header("Authorization", "Bearer " + TOKEN)
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** @param revision for If-Match; not sent if it is {@link #ANY} */
    private static HttpResponse<String> put(String path, String body, String revision) throws Exception {
        var request = HttpRequest.newBuilder(at(port, path))
                .header("Authorization", "Bearer " + TOKEN)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body));
        if (!revision.equals(ANY)) {
            request.header("If-Match", revision);
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> delete(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(at(port, path))
                        .header("Authorization", "Bearer " + TOKEN)
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(at(port, path))
                        .header("Authorization", "Bearer " + TOKEN)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return EventCodec.mapper().readTree(answer.body());
    }

    private static boolean isUp() throws InterruptedException {
        try {
            return HTTP.send(
                                    HttpRequest.newBuilder(at(managementPort, "/q/health/live"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static Process launch(Path config, Path log) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "--enable-native-access=ALL-UNNAMED",
                "-jar",
                Path.of("target", "quarkus-app", "quarkus-run.jar").toString());
        builder.environment().put("QUARKUS_CONFIG_LOCATIONS", config.toString());
        return builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static Path config(Path token) throws IOException {
        int closed = freePort();
        return Files.writeString(
                Files.createTempFile(dir, "service", ".properties"),
                String.join(
                        "\n",
                        "quarkus.http.port=" + port,
                        "quarkus.management.port=" + managementPort,
                        "kafka.bootstrap.servers=127.0.0.1:" + closed,
                        "quarkus.otel.exporter.otlp.endpoint=http://127.0.0.1:" + closed,
                        "quarkus.datasource.jdbc.url=" + DATABASE,
                        "quarkus.datasource.username=postgres",
                        "perennial.vault.address=http://127.0.0.1:" + closed,
                        "perennial.vault.role-id-file=" + secret("role-id-" + closed, "role"),
                        "perennial.vault.secret-id-file=" + secret("secret-id-" + closed, "secret"),
                        "perennial.dns.resolver=127.0.0.1:" + closed,
                        "perennial.doctor.request-timeout=500ms",
                        "perennial.issuers.file=" + issuers(closed),
                        "perennial.requests.default-issuer=local",
                        "perennial.policy.allowed-suffixes=example.com",
                        "perennial.policy.hosts=web-1",
                        "perennial.rest.token-file=" + token));
    }

    private static Path issuers(int port) throws IOException {
        return Files.writeString(Files.createTempFile(dir, "issuers", ".yaml"), """
            issuers:
              local:
                directory: https://localhost:%d/dir
                termsOfServiceAgreed: true
                limits: lets-encrypt
            """.formatted(port));
    }

    private static Path secret(String name, String value) throws IOException {
        Path file = Files.createFile(
                dir.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, value);
    }

    private static String log(String name) {
        try {
            return Files.readString(dir.resolve(name));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static URI at(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
