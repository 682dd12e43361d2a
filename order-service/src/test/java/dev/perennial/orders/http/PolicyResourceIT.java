package dev.perennial.orders.http;

import static dev.perennial.orders.http.ServiceClient.requireProblem;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.orders.parts.Postgres;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy of the owners over REST. */
class PolicyResourceIT {
    private static final String PATH = "/api/v1/policy";
    private static final String TEST = PATH + "/test";
    private static final String JSON = "application/json";
    private static final String TWO_TEAMS = """
            {"otherOwners":"DENIED","owners":{
             "shop":{"contacts":["shop@example.com"],"allowedSuffixes":["shop.example.com"],"hosts":["web-1"],
                     "issuers":["local"],"keyTypes":["EC_P256"],"wildcards":false,"requiredLabels":["cost-centre"],
                     "maxOrdersPerDay":100},
             "blog":{"contacts":["blog@example.com"],"allowedSuffixes":["blog.example.com"]}}}""";

    private static final String DATABASE = Postgres.url();

    @TempDir
    static Path dir;

    private static PackagedService service;
    private static ServiceClient admin;
    private static ServiceClient shop;
    private static ServiceClient shopAdmin;
    private static ServiceClient viewer;

    @BeforeAll
    static void start() throws Exception {
        service = PackagedService.start(dir, DATABASE);
        admin = service.createAdmin("admin");
        assertThat(admin.put("/api/v1/hosts/web-1", "{}", ServiceClient.ANY).statusCode())
                .isEqualTo(201);
        shop = client("ci-shop", "requester", "shop");
        shopAdmin = client("shop-admin", "admin", "shop");
        viewer = client("viewer", "viewer", "*");
    }

    private static ServiceClient client(String name, String role, String owner) throws Exception {
        return service.client(admin.createToken(name, role, owner));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void replacesThePolicyOfTheRevisionThatWasRead() throws Exception {
        apply("{}");
        HttpResponse<String> read = admin.get(PATH);
        String revision = read.headers().firstValue("ETag").orElseThrow();
        assertThat(json(read).get("revision").asText()).isEqualTo(revision.replace("\"", ""));

        HttpResponse<String> changed = admin.put(PATH, TWO_TEAMS, revision);

        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(200);
        assertThat(json(admin.get(PATH))).isEqualTo(json(changed));
        assertThat(json(changed).get("document")).isEqualTo(json(TWO_TEAMS));
        requireProblem(admin.put(PATH, "{}", revision), 412, "urn:perennial:error:policy-changed");
        requireProblem(admin.put(PATH, "{}", ServiceClient.ANY), 400, "urn:perennial:error:invalid-field");
        requireProblem(admin.put(PATH, "{}", "*"), 400, "urn:perennial:error:invalid-field");
        JsonNode last = json(admin.get(PATH + "/revisions")).get(0);
        assertThat(last.get("revision")).isEqualTo(json(changed).get("revision"));
        assertThat(last.get("changedBy").asText()).isEqualTo("token:admin");
        assertThat(last.get("traceId").asText()).matches("[0-9a-f]{32}");
        assertThat(json(admin.get(PATH + "/revisions/" + last.get("revision").asText())))
                .isEqualTo(json(changed));
        requireProblem(admin.get(PATH + "/revisions/999999"), 404, "urn:perennial:error:not-found");
        requireProblem(admin.get(PATH + "/revisions/x"), 404, "urn:perennial:error:not-found");
        JsonNode decision = json(admin.get("/api/v1/access/decisions?principal=token:admin&limit=50"));
        assertThat(decision.findValuesAsText("action")).contains("policy:change");
    }

    @Test
    void letsOneOfTwoConcurrentWritersWin() throws Exception {
        apply(TWO_TEAMS);
        String revision = admin.get(PATH).headers().firstValue("ETag").orElseThrow();
        List<Future<HttpResponse<String>>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                String document = "{\"owners\":{\"o" + i + "\":{}}}";
                answers.add(threads.submit(() -> admin.put(PATH, document, revision)));
            }
        }

        List<Integer> statuses = new ArrayList<>();
        for (Future<HttpResponse<String>> answer : answers) {
            statuses.add(answer.get().statusCode());
        }
        assertThat(statuses)
                .containsOnlyOnce(200)
                .filteredOn(status -> status == 412)
                .hasSize(5);
    }

    @Test
    void keepsThePolicyAfterAHostileDocument() throws Exception {
        apply(TWO_TEAMS);
        String revision = admin.get(PATH).headers().firstValue("ETag").orElseThrow();

        JsonNode problem = requireProblem(admin.put(PATH, """
                {"otherOwners":"DENIED","novelty":1,"owners":{"shop":{"hosts":["web-1",7],"issuers":[]},"No Owner":{}}}""", revision), 422, "urn:perennial:error:invalid-field");
        assertThat(problem.get("problems").findValuesAsText("detail"))
                .hasSize(4)
                .anyMatch(detail -> detail.contains("'novelty' is not known"))
                .anyMatch(detail -> detail.contains("field 'owners.shop.hosts[1]': must be the name of a host"))
                .anyMatch(detail -> detail.contains("field 'owners.shop.issuers': is empty"))
                .anyMatch(detail -> detail.contains("'No Owner' is not the name of an owner"));
        JsonNode twice = requireProblem(
                admin.put(PATH, "{\"owners\":{\"shop\":{\"hosts\":[]},\"blog\":{},\"shop\":{}}}", revision),
                422,
                "urn:perennial:error:invalid-field");
        assertThat(twice.get("detail").asText()).isEqualTo("field 'owners.shop': the field is given twice");
        requireProblem(admin.put(PATH, "", revision), 400, "urn:perennial:error:malformed-json");
        requireProblem(admin.put(PATH, "{", revision), 400, "urn:perennial:error:malformed-json");
        requireProblem(admin.put(PATH, "{} {}", revision), 400, "urn:perennial:error:malformed-json");
        requireProblem(admin.put(PATH, "[".repeat(2_000), revision), 400, "urn:perennial:error:malformed-json");
        requireProblem(admin.put(PATH, "null", revision), 422, "urn:perennial:error:invalid-field");
        requireProblem(
                admin.put(PATH, "{\"owners\":{\"a\\u0000\":{}}}", revision), 422, "urn:perennial:error:invalid-field");
        requireProblem(admin.put(PATH, " ".repeat(1024 * 1024) + "{}", revision), 413, "urn:perennial:error:too-large");
        assertThat(json(admin.get(PATH)).get("document")).isEqualTo(json(TWO_TEAMS));
        assertThat(admin.get(PATH).headers().firstValue("ETag")).contains(revision);
    }

    @Test
    void letsAnAdminReplaceADamagedPolicy() throws Exception {
        for (String damaged : List.of("null", "[]", "7", "{\"owners\":{\"shop\":{\"hosts\":7}}}")) {
            apply(TWO_TEAMS);
            try (var connection = DriverManager.getConnection(DATABASE, "postgres", "");
                    var update = connection.prepareStatement("""
                            UPDATE policy_revision SET document = CAST(? AS jsonb)
                            WHERE revision = (SELECT max(revision) FROM policy_revision)""")) {
                update.setString(1, damaged);
                assertThat(update.executeUpdate()).isOne();
            }

            JsonNode problem = requireProblem(admin.get(PATH), 500, "urn:perennial:error:internal");
            assertThat(problem.get("detail").asText()).contains("of the table policy_revision cannot be read");
            String revision =
                    json(admin.get(PATH + "/revisions")).at("/0/revision").asText();
            assertThat(admin.put(PATH, "{}", revision).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void showsEachPrincipalTheOwnersOfItsGrants() throws Exception {
        apply(TWO_TEAMS);

        for (ServiceClient restricted : List.of(shop, shopAdmin)) {
            HttpResponse<String> part = restricted.get(PATH);
            assertThat(json(part).get("complete").asBoolean()).isFalse();
            assertThat(json(part).at("/document/owners/shop/contacts/0").asText())
                    .isEqualTo("shop@example.com");
            assertThat(part.body()).doesNotContain("blog");
            requireProblem(restricted.get(PATH + "/revisions"), 403, "urn:perennial:error:access-denied");
            requireProblem(restricted.get(PATH + "/revisions/1"), 403, "urn:perennial:error:access-denied");
        }
        assertThat(viewer.get(PATH).body()).contains("blog@example.com", "\"complete\":true");
    }

    @Test
    void letsOnlyAnAdminOfAllOwnersChangeThePolicy() throws Exception {
        apply(TWO_TEAMS);
        String revision = admin.get(PATH).headers().firstValue("ETag").orElseThrow();

        for (ServiceClient other : List.of(shop, shopAdmin, viewer)) {
            requireProblem(other.put(PATH, "{}", revision), 403, "urn:perennial:error:access-denied");
        }
        assertThat(json(admin.get(PATH)).get("document")).isEqualTo(json(TWO_TEAMS));
    }

    @Test
    void refusesARequestByThePolicyOfItsOwner() throws Exception {
        apply(TWO_TEAMS);

        JsonNode refused = requireProblem(shop.post("""
                {"name":"web","owner":"shop","targets":["web-1"],"identifiers":[{"type":"dns","value":"blog.example.com"}]}""", JSON), 422, "urn:perennial:error:forbidden-name");

        assertThat(refused.get("problems").findValuesAsText("detail"))
                .containsExactly(
                        "field 'identifiers': blog.example.com: owner 'shop' may request names below [shop.example.com]"
                                + " only; rule owners.shop.allowedSuffixes",
                        "field 'labels': 'cost-centre' is missing or empty: owner 'shop' must set it; rule"
                                + " owners.shop.requiredLabels");
        HttpResponse<String> accepted = shop.post("""
                {"name":"web","owner":"shop","targets":["web-1"],"labels":{"cost-centre":"42"},
                 "identifiers":[{"type":"dns","value":"shop.example.com"}]}""", JSON);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
    }

    @Test
    void decidesAboutARequestWithoutAnyChange() throws Exception {
        apply(TWO_TEAMS);
        String request = """
                {"name":"tested","owner":"shop","labels":{"cost-centre":"42"},
                 "identifiers":[{"type":"dns","value":"%s.example.com"}]}""";

        JsonNode allowed = test(shop, "{\"request\":" + request.formatted("a.shop") + "}");
        assertThat(allowed.get("allowed").asBoolean()).isTrue();
        assertThat(allowed.get("accessRule").asText()).isEqualTo("requester of owner shop");
        assertThat(allowed.get("issuer").asText()).isEqualTo("local");
        assertThat(allowed.get("revision")).isEqualTo(json(admin.get(PATH)).get("revision"));

        JsonNode refused = test(shop, "{\"request\":" + request.formatted("blog") + "}");
        assertThat(refused.get("allowed").asBoolean()).isFalse();
        assertThat(refused.get("accessAllowed").asBoolean()).isTrue();
        assertThat(refused.get("problems").findValuesAsText("code")).containsExactly("forbidden-name");

        assertThat(test(shop, "{\"as\":null,\"policy\":null,\"request\":" + request.formatted("a.shop") + "}"))
                .isEqualTo(allowed);

        JsonNode candidate = test(viewer, "{\"policy\":{},\"request\":" + request.formatted("blog") + "}");
        assertThat(candidate.get("problems").findValuesAsText("code")).containsExactly("access-denied");
        assertThat(candidate.has("revision")).isFalse();

        assertThat(json(admin.get("/api/v1/certificates?name=tested")).get("items"))
                .isEmpty();
    }

    @Test
    void testsAsAnotherPrincipalForAnAdminOnly() throws Exception {
        apply(TWO_TEAMS);
        String test = """
                {"as":"ci-shop","request":{"name":"tested","owner":"%s","identifiers":[{"type":"dns","value":"x.blog.example.com"}]}}""";

        JsonNode denied = test(admin, test.formatted("blog"));
        assertThat(denied.get("principal").asText()).isEqualTo("token:ci-shop");
        assertThat(denied.get("problems").findValuesAsText("code")).containsExactly("access-denied");
        for (ServiceClient other : List.of(shopAdmin, shop)) {
            requireProblem(other.post(TEST, test.formatted("shop"), JSON), 403, "urn:perennial:error:access-denied");
        }
        requireProblem(viewer.post(TEST, test.formatted("shop"), JSON), 403, "urn:perennial:error:access-denied");
        requireProblem(
                admin.post(TEST, test.formatted("shop").replace("ci-shop", "unknown"), JSON),
                422,
                "urn:perennial:error:invalid-field");
    }

    @Test
    void testsNothingOfAnOwnerThatTheCallerMayNotRead() throws Exception {
        apply(TWO_TEAMS);
        String blog = """
                {"request":{"name":"tested","owner":"blog","identifiers":[{"type":"dns","value":"x.example.com"}]}%s}""";

        requireProblem(shop.post(TEST, blog.formatted(""), JSON), 403, "urn:perennial:error:access-denied");
        requireProblem(
                shop.post(TEST, blog.replace("blog", "shop").formatted(",\"policy\":{}"), JSON),
                403,
                "urn:perennial:error:access-denied");
    }

    @Test
    void refusesATestThatItCannotRead() throws Exception {
        for (String body : List.of(
                "[]",
                "{}",
                "{\"request\":7}",
                "{\"request\":{\"name\":7}}",
                "{\"request\":{\"name\":\"a\",\"owner\":\"shop\",\"identifiers\":[]},\"asx\":\"a\"}",
                "{\"request\":{\"name\":\"a\",\"owner\":\"shop\",\"identifiers\":[]},\"as\":7}",
                "{\"request\":{\"name\":\"a\",\"owner\":\"shop\",\"identifiers\":[]},\"policy\":7}",
                "{\"request\":{\"name\":\"a\",\"owner\":\"shop\",\"owner\":\"blog\",\"identifiers\":[]}}")) {
            assertThat(admin.post(TEST, body, JSON).statusCode()).as(body).isEqualTo(422);
        }
    }

    private static JsonNode test(ServiceClient client, String body) throws Exception {
        HttpResponse<String> answer = client.post(TEST, body, JSON);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json(answer);
    }

    private static void apply(String document) throws Exception {
        HttpResponse<String> answer = admin.put(
                PATH, document, admin.get(PATH).headers().firstValue("ETag").orElseThrow());
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 201);
    }

    private static JsonNode json(String text) throws Exception {
        return EventCodec.mapper().readTree(text);
    }

    private static JsonNode json(HttpResponse<String> answer) throws Exception {
        return ServiceClient.json(answer);
    }
}
