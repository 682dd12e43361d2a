package dev.perennial.orders.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.orders.parts.Postgres;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.rules.access.Role;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sends a request for each line of {@code docs/reference/access.md} with each role for all owners, for the owner of the
 * certificate, and for another owner. Exactly the table is allowed.
 */
class AccessMatrixIT {
    private static final Pattern ROW =
            Pattern.compile("\\| `([A-Z]+) (\\S+)` \\| `[a-z:]+` \\| ([a-z, ]+) \\| ([a-z]+) \\|");
    private static final String DATABASE = Postgres.url();

    @TempDir
    static Path dir;

    private static PackagedService service;
    private static ServiceClient admin;
    private static ExistingResources existing;
    private static final Map<String, String> TOKENS = new HashMap<>();

    private enum Owners {
        ALL("*"),
        OWN("existing"),
        OTHER("other");

        private final String owner;

        Owners(String owner) {
            this.owner = owner;
        }
    }

    /** @param scope as in the table */
    private record Line(String method, String path, Set<String> roles, String scope) {
        boolean allows(Role role, Owners owners) {
            return roles.contains(role.wireName())
                    && switch (scope) {
                        case "any" -> true;
                        case "certificate", "owner" -> owners != Owners.OTHER;
                        default -> owners == Owners.ALL;
                    };
        }
    }

    @BeforeAll
    static void start() throws Exception {
        service = PackagedService.start(dir, DATABASE);
        admin = service.createAdmin("admin");
        existing = ExistingResources.insert(DATABASE, "local");
        HttpResponse<String> policy = admin.put(
                "/api/v1/policy",
                "{\"owners\":{\"existing\":{},\"other\":{\"contacts\":[\"other@example.com\"]},\"third\":{}}}",
                "0");
        assertThat(policy.statusCode()).as(policy.body()).isEqualTo(201);
        for (Role role : Role.values()) {
            for (Owners owners : Owners.values()) {
                TOKENS.put(
                        role + " " + owners,
                        admin.createToken(
                                role.wireName() + "-" + owners.name().toLowerCase(java.util.Locale.ROOT),
                                role.wireName(),
                                owners.owner));
            }
        }
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void allowsExactlyTheTable() throws Exception {
        List<String> differences = new ArrayList<>();
        int requests = 0;
        for (Line line : lines()) {
            for (Role role : Role.values()) {
                for (Owners owners : Owners.values()) {
                    HttpResponse<String> response = send(line, TOKENS.get(role + " " + owners));
                    requests++;
                    boolean allowed = response.statusCode() != 403;
                    if (allowed != isAllowed(line, role, owners, response)) {
                        differences.add("%s %s as %s of %s owners: HTTP %d %s"
                                .formatted(
                                        line.method(),
                                        line.path(),
                                        role,
                                        owners,
                                        response.statusCode(),
                                        response.body()));
                    }
                }
            }
        }
        System.out.println(requests + " combinations of endpoint, role and owner");
        assertThat(differences).isEmpty();
        assertThat(requests).isGreaterThan(400);
    }

    /** A list is allowed to every role that may read, and shows what the grant covers. */
    private static boolean isAllowed(Line line, Role role, Owners owners, HttpResponse<String> response)
            throws Exception {
        if (line.method().equals("GET") && line.path().equals("/policy")) {
            JsonNode policy = ServiceClient.json(response);
            assertThat(policy.get("complete").asBoolean()).isEqualTo(owners == Owners.ALL);
            assertThat(policy.at("/document/owners").properties())
                    .as("the policies of others as %s of %s owners", role, owners)
                    .allMatch(owner -> owners == Owners.ALL || owner.getKey().equals(owners.owner))
                    .hasSize(owners == Owners.ALL ? 3 : 1);
            return true;
        }
        if (line.method().equals("GET") && line.path().equals("/owners")) {
            assertThat(ServiceClient.json(response).get("items").findValuesAsText("name"))
                    .as("the owners of others as %s of %s owners", role, owners)
                    .allMatch(owner -> owners == Owners.ALL || owner.equals(owners.owner))
                    .hasSizeGreaterThanOrEqualTo(owners == Owners.ALL ? 3 : 1);
            return true;
        }
        if (!line.method().equals("GET")
                || !Set.of("/certificates", "/approvals").contains(line.path())) {
            return line.allows(role, owners);
        }
        assertThat(ServiceClient.json(response).get("items").findValuesAsText("owner"))
                .as("%s of others as %s of %s owners", line.path(), role, owners)
                .allMatch(owner -> owners == Owners.ALL || owner.equals(owners.owner));
        return true;
    }

    @Test
    void showsAnOwnerWithItsPolicyItsQuotaAndItsCertificates() throws Exception {
        ServiceClient own = service.client(TOKENS.get(Role.VIEWER + " " + Owners.OWN));

        JsonNode existing = ServiceClient.json(own.get("/api/v1/owners/existing"));

        assertThat(existing.get("listed").asBoolean()).isTrue();
        assertThat(existing.get("policy").isObject()).isTrue();
        assertThat(existing.at("/quota/mayRequest").asBoolean()).isTrue();
        assertThat(existing.at("/quota/ordersLastDay").isNumber()).isTrue();
        assertThat(existing.at("/certificates").properties()).isNotEmpty();
        assertThat(own.get("/api/v1/owners/other").statusCode()).isEqualTo(403);
        assertThat(own.get("/api/v1/owners/unknown").statusCode())
                .as("not whether it exists")
                .isEqualTo(403);
        ServiceClient.requireProblem(admin.get("/api/v1/owners/unknown"), 404, "urn:perennial:error:not-found");
        assertThat(ServiceClient.json(admin.get("/api/v1/owners/other"))
                        .at("/policy/contacts/0")
                        .asText())
                .isEqualTo("other@example.com");
        ServiceClient.requireProblem(
                admin.get("/api/v1/owners?after=No+Owner"), 400, "urn:perennial:error:invalid-field");
        JsonNode first = ServiceClient.json(admin.get("/api/v1/owners?limit=1"));
        assertThat(first.get("items")).hasSize(1);
        assertThat(ServiceClient.json(admin.get("/api/v1/owners?limit=1&after="
                                + first.get("next").asText()))
                        .at("/items/0/name")
                        .asText())
                .isGreaterThan(first.at("/items/0/name").asText());
    }

    @Test
    void showsEachPrincipalItsCertificatesOnly() throws Exception {
        assertThat(owners(TOKENS.get(Role.VIEWER + " " + Owners.OTHER))).isEmpty();
        assertThat(owners(TOKENS.get(Role.VIEWER + " " + Owners.OWN))).contains("existing");
        assertThat(owners(TOKENS.get(Role.VIEWER + " " + Owners.ALL))).contains("existing");
    }

    @Test
    void deniesEverythingButTheFirstTokensToTheBootstrapToken() throws Exception {
        for (Line line : lines()) {
            int status = send(line, PackagedService.BOOTSTRAP_TOKEN).statusCode();

            assertThat(status)
                    .as(line.method() + " " + line.path())
                    .isEqualTo(line.path().equals("/access/self") ? 200 : 403);
        }
    }

    @Test
    void deniesEverythingButOneKeyOfItsHostToAnEnrolmentCode() throws Exception {
        admin.put("/api/v1/hosts/db-1", "{}", ServiceClient.ANY);
        String code = ServiceClient.json(admin.post("/api/v1/hosts/db-1/enrolments", "", "application/json"))
                .get("code")
                .asText();
        for (Line line : lines()) {
            assertThat(send(line, code).statusCode())
                    .as(line.method() + " " + line.path() + " of another host")
                    .isEqualTo(403);
        }
        ServiceClient agent = service.client(code);
        assertThat(agent.get("/api/openapi").statusCode()).isEqualTo(403);
        assertThat(agent.get("/api/v1/hosts/db-1/keys").statusCode()).isEqualTo(403);

        SigningKey key = SigningKey.generate();
        String path = "/api/v1/hosts/db-1/keys";
        assertThat(agent.post(path, jwk(key), "application/json").statusCode()).isEqualTo(201);
        assertThat(agent.post(path, jwk(key), "application/json").statusCode())
                .as("repeated after a lost response")
                .isEqualTo(200);
        ServiceClient.requireProblem(
                agent.post(path, jwk(SigningKey.generate()), "application/json"),
                409,
                "urn:perennial:error:invalid-field");

        assertThat(ServiceClient.json(admin.get("/api/v1/access/decisions?principal=enrolment:db-1&limit=500"))
                        .findValuesAsText("subject"))
                .contains("register db-1 " + key.verificationKey().id(), "register web-1", "self");
        assertThat(service.log()).doesNotContain(code);
        assertThat(admin.delete("/api/v1/hosts/db-1").statusCode()).isEqualTo(204);
        assertThat(agent.post(path, jwk(key), "application/json").statusCode()).isEqualTo(401);
    }

    private static String jwk(SigningKey key) {
        return key.verificationKey().jwk();
    }

    @Test
    void deniesTheCreationOfATokenBeforeItReportsErrorsInTheRequest() throws Exception {
        String tooLarge = "{" + " ".repeat(300_000);
        for (String body : List.of("{", tooLarge)) {
            assertThat(createToken(PackagedService.BOOTSTRAP_TOKEN, body).statusCode())
                    .isEqualTo(403);
            assertThat(createToken(TOKENS.get(Role.ADMIN + " " + Owners.OWN), body)
                            .statusCode())
                    .isEqualTo(403);
        }
        String allowed = admin.createToken("second-admin", "admin", "*");
        assertThat(createToken(allowed, "{").statusCode()).isEqualTo(400);
        assertThat(createToken(allowed, tooLarge).statusCode()).isEqualTo(413);
    }

    private static HttpResponse<String> createToken(String token, String body) throws Exception {
        return admin.send(HttpRequest.newBuilder(admin.at("/api/v1/tokens"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void refusesARevokedTokenAtOnce() throws Exception {
        String token = admin.createToken("short-lived", "viewer", "*");
        ServiceClient client = service.client(token);
        assertThat(client.get("/api/v1/certificates").statusCode()).isEqualTo(200);
        String id = token.substring("prn_".length(), "prn_".length() + 16);

        assertThat(admin.delete("/api/v1/tokens/" + id).statusCode()).isEqualTo(204);

        ServiceClient.requireProblem(client.get("/api/v1/certificates"), 401, "urn:perennial:error:unauthenticated");
        JsonNode listed = token(id);
        assertThat(listed.get("revokedBy").asText()).isEqualTo("token:admin");
        assertThat(listed.get("lastUsedAt").asText()).isNotBlank();
        assertThat(admin.createToken("short-lived", "viewer", "*"))
                .as("the name is free again")
                .isNotEqualTo(token);
    }

    @Test
    void refusesAnExpiredToken() throws Exception {
        String token = admin.createToken("expired", "viewer", "*");
        execute("UPDATE service_token SET expires_at = now() WHERE name = 'expired'");

        assertThat(service.client(token).get("/api/v1/certificates").statusCode())
                .isEqualTo(401);
    }

    @Test
    void storesNoSecret() throws Exception {
        String token = admin.createToken("stored", "viewer", "*");
        String secret = token.substring("prn_".length() + 17);

        assertThat(admin.get("/api/v1/tokens").body()).doesNotContain(secret);
        assertThat(service.log()).doesNotContain(secret);
        try (var connection = DriverManager.getConnection(DATABASE, "postgres", "");
                var rows = connection
                        .createStatement()
                        .executeQuery("SELECT count(*) FROM service_token t WHERE t::text LIKE '%" + secret + "%'")) {
            rows.next();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    @Test
    void refusesTokensThatAreAlmostValid() throws Exception {
        String token = admin.createToken("almost", "viewer", "*");
        for (String wrong : List.of(
                token.substring(0, token.length() - 1) + (token.endsWith("A") ? "B" : "A"),
                token + "A",
                token.toUpperCase(java.util.Locale.ROOT),
                "prn_0000000000000000_" + token.substring(21),
                "prn_",
                "boot-token2",
                "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.")) {
            assertThat(service.client(wrong).get("/api/v1/access/self").statusCode())
                    .as(wrong)
                    .isEqualTo(401);
        }
    }

    @Test
    void countsRequestsWithoutAValidToken() throws Exception {
        double absent = failures("absent");
        double rejected = failures("rejected");

        service.client(" ").get("/api/v1/access/self");
        service.client("prn_0000000000000000_x").get("/api/v1/access/self");
        admin.get("/api/v1/access/self");

        assertThat(failures("absent")).isEqualTo(absent + 1);
        assertThat(failures("rejected")).isEqualTo(rejected + 1);
    }

    private static double failures(String token) throws Exception {
        String metrics = admin.send(HttpRequest.newBuilder(service.management("/q/metrics")))
                .body();
        return metrics.lines()
                .filter(line -> line.startsWith("perennial_authentication_failures_total{")
                        && line.contains("token=\"" + token + "\""))
                // An exemplar can follow the value.
                .map(line -> line.split("} ")[1].split(" ")[0])
                .mapToDouble(Double::parseDouble)
                .sum();
    }

    @Test
    void recordsDenialsAndChangesWithTheirPrincipal() throws Exception {
        ServiceClient viewer = service.client(TOKENS.get(Role.VIEWER + " " + Owners.OWN));
        JsonNode denied = ServiceClient.requireProblem(
                viewer.delete("/api/v1/issuers/local"), 403, "urn:perennial:error:access-denied");
        assertThat(denied.get("detail").asText())
                .contains("token:viewer-own", "admin")
                .doesNotContain("local");

        JsonNode last = ServiceClient.json(admin.get("/api/v1/access/decisions?principal=token:viewer-own&limit=1"))
                .get(0);

        assertThat(last.get("action").asText()).isEqualTo("issuer:change");
        assertThat(last.get("issuer").asText()).isEqualTo("local");
        assertThat(last.get("subject").asText()).isEqualTo("delete");
        assertThat(last.get("allowed").asBoolean()).isFalse();
        assertThat(last.get("traceId").asText()).isEqualTo(denied.get("traceId").asText());
        assertThat(ServiceClient.json(admin.get("/api/v1/access/decisions?principal=token:admin"))
                        .findValuesAsText("action"))
                .contains("token:change");
    }

    /** Orders at an issuer are also sent to its fallbacks. */
    @Test
    void requiresTheRightAtTheFallbacksOfAnIssuer() throws Exception {
        HttpResponse<String> created =
                admin.post("/api/v1/tokens", """
                {"name": "one-issuer", "grants": [{"role": "admin", "owners": ["*"], "issuers": ["own"]}], "expiresAt": "%s"}""".formatted(Instant.now().plus(Duration.ofDays(1))), "application/json");
        ServiceClient oneIssuer =
                service.client(ServiceClient.json(created).get("token").asText());

        for (String field : List.of("\"fallbacks\":[\"local\"]", "\"rehearsal\":\"local\"")) {
            ServiceClient.requireProblem(
                    oneIssuer.put(
                            "/api/v1/issuers/own",
                            "{\"directory\":\"https://localhost:1/dir\"," + field + "}",
                            ServiceClient.ANY),
                    403,
                    "urn:perennial:error:access-denied");
        }
        assertThat(oneIssuer
                        .put("/api/v1/issuers/own", "{\"directory\":\"https://localhost:1/dir\"}", ServiceClient.ANY)
                        .statusCode())
                .isEqualTo(201);
    }

    @Test
    void keepsIdempotencyKeysApart() throws Exception {
        String body = """
                {"name":"keyed","owner":"%s","identifiers":[{"type":"dns","value":"keyed.example.com"}]}""";
        HttpResponse<String> one = keyed(TOKENS.get(Role.REQUESTER + " " + Owners.OWN), body.formatted("existing"));
        HttpResponse<String> other = keyed(TOKENS.get(Role.REQUESTER + " " + Owners.OTHER), body.formatted("other"));

        assertThat(one.statusCode()).as(one.body()).isEqualTo(202);
        assertThat(other.statusCode()).as(other.body()).isEqualTo(202);
        assertThat(other.body()).isNotEqualTo(one.body());
    }

    private static HttpResponse<String> keyed(String token, String body) throws Exception {
        return admin.send(HttpRequest.newBuilder(admin.at("/api/v1/certificates"))
                .header("Authorization", "Bearer " + token)
                .header("Idempotency-Key", "the-same")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private static JsonNode token(String id) throws Exception {
        for (JsonNode token : ServiceClient.json(admin.get("/api/v1/tokens"))) {
            if (token.get("id").asText().equals(id)) {
                return token;
            }
        }
        throw new AssertionError("the token is not listed");
    }

    private static List<String> owners(String token) throws Exception {
        return ServiceClient.json(service.client(token).get("/api/v1/certificates?limit=500"))
                .get("items")
                .findValuesAsText("owner");
    }

    private static List<Line> lines() throws Exception {
        List<Line> lines = new ArrayList<>();
        Matcher rows = ROW.matcher(Files.readString(AccessReferenceTest.FILE));
        while (rows.find()) {
            lines.add(
                    new Line(rows.group(1), rows.group(2), Set.of(rows.group(3).split(", ")), rows.group(4)));
        }
        return lines;
    }

    private static HttpResponse<String> send(Line line, String token) throws Exception {
        String path = line.path()
                .replace(
                        "{id}",
                        line.path().startsWith("/certificates") || line.path().startsWith("/approvals")
                                ? existing.certificate().toString()
                                : "x")
                .replace("{issuer}", "local")
                .replace("{owner}", "existing")
                .replace("{name}", "unknown.example.com")
                .replace("{revision}", "1")
                .replace("{token}", "0000000000000000")
                .replace("{host}", "web-1")
                .replace("{key}", "unknown");
        return admin.send(HttpRequest.newBuilder(admin.at("/api/v1" + path))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .method(
                        line.method(),
                        line.method().equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(body(line))));
    }

    /** Names a resource of the existing owner where the body has one; otherwise as short as possible. */
    private static String body(Line line) {
        return switch (line.method() + " " + line.path()) {
            case "POST /certificates" -> """
                {"name":"matrix","owner":"existing","issuer":"local","identifiers":[{"type":"dns","value":"m.example.org"}]}""";
            case "POST /policy/test" -> """
                {"request":{"name":"matrix","owner":"existing","identifiers":[{"type":"dns","value":"m.example.org"}]}}""";
            case "POST /doctor" -> "{\"name\":\"served.example.com\"}";
            case "POST /certificates/{id}/revocations" -> "{\"reason\":\"superseded\"}";
            case "POST /certificates/{id}/transfer" -> "{\"owner\":\"existing\"}";
            case "POST /tokens" -> """
                {"name":"admin","grants":[{"role":"viewer","owners":["*"]}],"expiresAt":"%s"}""".formatted(java.time.Instant.now().plusSeconds(600));
            default -> "{}";
        };
    }

    private static void execute(String sql) throws Exception {
        try (var connection = DriverManager.getConnection(DATABASE, "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
