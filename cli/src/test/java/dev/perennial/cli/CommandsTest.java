package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Runs every command against a fake API with configured responses. */
class CommandsTest {
    private static final String HOPS = """
        [{"subject": "issuer le", "hops": [
          {"name": "directory reachable", "outcome": "PASSED", "evidence": "HTTP 200"},
          {"name": "account valid", "outcome": "%s", "evidence": "it is revoked", "remedy": "register another"},
          {"name": "clocks agree", "outcome": "SKIPPED", "evidence": "no Date"}]}]\
        """;

    @TempDir
    Path dir;

    private final Map<String, String> answers = new TreeMap<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer api;
    private int status = 200;
    private String output;

    @BeforeEach
    void start() throws IOException {
        Files.writeString(dir.resolve("token"), "secret\n");
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            String call = exchange.getRequestMethod() + " " + exchange.getRequestURI();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + call + " " + body);
            byte[] answer = answers.getOrDefault(call, "{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
        answers.put("GET /api/v1/issuers", "[{\"name\": \"le\"}, {\"name\": \"corp.ca\"}]");
    }

    @AfterEach
    void stop() {
        api.stop(0);
    }

    @Test
    void printsALineForEachCheckAndTheRemedyOfFailedOnes() {
        answers.put("POST /api/v1/doctor", HOPS.formatted("FAILED"));

        assertThat(run("doctor")).isEqualTo(1);

        assertThat(output).isEqualToNormalizingNewlines("""
            issuer le
              passed   directory reachable   HTTP 200
              failed   account valid         it is revoked
                                             -> register another
              skipped  clocks agree          no Date
            1 passed, 1 failed, 1 skipped
            """);
        assertThat(requests).containsExactly("Bearer secret POST /api/v1/doctor {}");
    }

    @Test
    void exitsWithZeroIfNoCheckFailed() {
        answers.put("POST /api/v1/doctor", HOPS.formatted("PASSED"));
        assertThat(run("doctor")).isZero();
    }

    @Test
    void distinguishesIssuersFromNames() {
        answers.put("POST /api/v1/doctor", "[]");
        run("doctor", "le");
        run("doctor", "corp.ca");
        run("doctor", "shop.example.com");
        run("doctor", "2001:db8::1");
        run("doctor", "shop.example.com", "--issuer", "le");
        assertThat(requests.stream()
                        .filter(call -> call.contains("POST"))
                        .map(call -> call.substring(call.indexOf('{'))))
                .containsExactly(
                        "{\"issuer\":\"le\"}",
                        "{\"issuer\":\"corp.ca\"}",
                        "{\"name\":\"shop.example.com\"}",
                        "{\"name\":\"2001:db8::1\"}",
                        "{\"issuer\":\"le\",\"name\":\"shop.example.com\"}");
    }

    @Test
    void theScriptHasEveryCommand() throws IOException {
        String script = Files.readString(Path.of("..", "perennial"));
        String commands = script.lines()
                .filter(line -> line.strip().startsWith("doctor |"))
                .findFirst()
                .orElseThrow();

        assertThat(Main.commandLine(new StringWriter(), new StringWriter())
                        .getSubcommands()
                        .keySet())
                .filteredOn(command -> !command.equals("help"))
                .containsExactlyInAnyOrder(commands.strip().replace(")", "").split(" \\| "));
    }

    @Test
    void retiresACertificateAndResumesItsRenewal() {
        answers.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");

        assertThat(run("retire", "shop", "--reason", "it is closed")).isZero();
        assertThat(output).contains("it is not renewed");
        assertThat(run("retire", "shop", "--undo")).isZero();
        assertThat(output).contains("renewal resumed");

        assertThat(requests)
                .contains(
                        "Bearer secret PUT /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/retirement"
                                + " {\"reason\":\"it is closed\"}",
                        "Bearer secret DELETE /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/retirement ");
    }

    @Test
    void requiresAReasonForARetirement() {
        assertThat(run("retire", "shop")).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void requestsACertificate() {
        answers.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");

        assertThat(run(
                        "request",
                        "shop",
                        "--owner",
                        "web",
                        "--dns",
                        "a.test",
                        "--dns",
                        "*.a.test",
                        "--ip",
                        "192.0.2.1",
                        "--issuer",
                        "le",
                        "--key-type",
                        "EC_P384",
                        "--target",
                        "web-1",
                        "--label",
                        "env=prod"))
                .isZero();

        assertThat(output).contains("shop: ordered, certificate 01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01");
        assertThat(requests.getFirst()).endsWith("""
            {"name":"shop","owner":"web","identifiers":[{"type":"dns","value":"a.test"},{"type":"dns","value":"*.a.test"},\
            {"type":"ip","value":"192.0.2.1"}],"issuer":"le","keyType":"EC_P384","targets":["web-1"],"labels":{"env":"prod"},"rehearse":false,"keyReuse":false}\
            """);
    }

    @Test
    void requestsAndMarksARehearsal() {
        answers.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "purpose": "REHEARSAL", "state": "FAILED"}, "timeline": [],
             "orders": [{"purpose": "REHEARSAL", "attempt": 1}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--rehearse", "--wait"))
                .isEqualTo(1);

        assertThat(requests.getFirst()).endsWith("\"labels\":{},\"rehearse\":true,\"keyReuse\":false}");
        assertThat(output).contains("failed (rehearsal)");
    }

    @Test
    void waitsForTheProofAndPrintsProblems() {
        answers.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "FAILED"}, "timeline": [],
             "orders": [{"attempt": 3, "traceId": "t-1", "problem": {"code": "challenge-failed", "detail": "the CA saw nothing"}}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--wait"))
                .isEqualTo(1);

        assertThat(output)
                .contains(
                        "challenge-failed: the CA saw nothing",
                        "there is no automatic retry",
                        "the order failed permanently",
                        "t-1");
    }

    @Test
    void renewsACertificateAndWaitsForTheProof() {
        answers.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        answers.put(
                "POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/renewals",
                "{\"disposition\": \"ALREADY_RUNNING\", \"orderId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f02\"}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "DEPLOYED", "targets": ["web-1"]}, "orders": [{}]}\
            """);

        assertThat(run("renew", "shop", "--reason", "new root", "--wait")).isZero();

        assertThat(requests)
                .anyMatch(call ->
                        call.endsWith("01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/renewals {\"reason\":\"new root\"}"));
        assertThat(output).contains("shop: already running, order 01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f02", "deployed");
    }

    @Test
    void showsTheTimeAndCauseOfTheNextRenewal() {
        answers.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "DEPLOYED",
              "renewal": {"at": "2027-01-31T02:00:00.123Z", "cause": "SUGGESTED_WINDOW", "deadline": "2027-02-08T00:00:00Z",
                "window": "night", "suggested": {"start": "2027-01-30T00:00:00Z", "end": "2027-02-01T00:00:00Z",
                "explanation": "https://ca.test/why"}}},
             "orders": [{"cause": "LIFETIME_SPENT"}]}\
            """);

        assertThat(run("show", "shop")).isZero();

        assertThat(output)
                .contains(
                        "2027-01-31T02:00:00Z: suggested window, in change window night, no later than"
                                + " 2027-02-08T00:00:00Z",
                        "CA window  2027-01-30T00:00:00Z to 2027-02-01T00:00:00Z, see https://ca.test/why",
                        "lifetime spent");
    }

    @Test
    void listsAllPages() {
        answers.put("GET /api/v1/certificates?limit=500&owner=a%20b", """
            {"items": [{"name": "shop", "owner": "a b", "state": "DUE", "waiting": {"reason": "x"},
                        "identifiers": [{"type": "dns", "value": "a.test"}]}], "next": "more"}\
            """);
        answers.put("GET /api/v1/certificates?limit=500&owner=a%20b&cursor=more", """
            {"items": [{"name": "mail", "owner": "a b", "state": "DEPLOYED", "identifiers": [],
                        "issued": {"notAfter": "2027-01-31T00:00:00Z"}}]}\
            """);

        assertThat(run("list", "--owner", "a b")).isZero();

        assertThat(output).containsSubsequence("shop", "due (waiting)", "a.test", "mail", "2027-01-31");
    }

    @Test
    void filtersByPartOfTheNameAndByCoveredName() {
        answers.put(
                "GET /api/v1/certificates?limit=500&nameContains=sho&identifier=a.test&expiresBefore=2027-01-31T00%3A00%3A00Z",
                """
                {"items": [{"name": "shop", "owner": "web", "state": "DEPLOYED", "identifiers": []}]}\
                """);

        assertThat(run(
                        "list",
                        "--name-contains",
                        "sho",
                        "--identifier",
                        "a.test",
                        "--expires-before",
                        "2027-01-31T00:00:00Z"))
                .isZero();

        assertThat(output).contains("shop");
    }

    @Test
    void showsATimelineAndRequiresTheOwnerOfAnAmbiguousName() {
        answers.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "DUE"},
             "orders": [{"attempt": 1, "waiting": {"reason": "budget is used up", "until": "2027-01-31T00:00:00Z"}}],
             "timeline": [{"at": "2026-11-21T12:00:00Z", "entry": "order.placed", "detail": {"attempt": 1}}]}\
            """);
        assertThat(run("show", "shop")).isZero();
        assertThat(output).contains("budget is used up", "2027-01-31", "2026-11-21T12:00:00Z  order.placed  attempt=1");

        answers.put("GET /api/v1/certificates?name=shop", "{\"items\": [{\"name\": \"shop\"}, {\"name\": \"shop\"}]}");
        assertThat(run("show", "shop")).isEqualTo(2);
        assertThat(output).contains("--owner");
        answers.put("GET /api/v1/certificates?name=shop", "{\"items\": []}");
        assertThat(run("show", "shop")).isEqualTo(1);
    }

    @Test
    void showsIssuersInTheFormThatApplyReads() throws IOException {
        answers.put("GET /api/v1/issuers", """
            [{"name": "le", "managedBy": "rest", "settings": {"name": "le", "directory": "https://le.test/dir"}}]\
            """);
        answers.put("GET /api/v1/issuers/le", """
            {"name": "le", "settings": {"name": "le", "directory": "https://le.test/dir", "fallbacks": ["zero"]}}\
            """);

        assertThat(run("issuer", "list")).isZero();
        assertThat(output).containsSubsequence("le", "rest", "https://le.test/dir");
        assertThat(run("issuer", "show", "le")).isZero();
        assertThat(output).isEqualToNormalizingNewlines("""
            issuers:
              le:
                directory: https://le.test/dir
                fallbacks:
                - zero
            """);
        assertThat(run(
                        "issuer",
                        "apply",
                        "-f",
                        Files.writeString(dir.resolve("again.yaml"), output).toString()))
                .isZero();
        assertThat(requests.getLast())
                .endsWith("PUT /api/v1/issuers/le {\"directory\":\"https://le.test/dir\",\"fallbacks\":[\"zero\"]}");
    }

    @Test
    void appliesIssuersThatReferToEachOther() throws IOException {
        Path file = Files.writeString(dir.resolve("issuers.yaml"), """
            issuers:
              one: {preset: letsencrypt, fallbacks: [two], rehearsal: two}
              two: {preset: zerossl, fallbacks: [one]}
              le: {preset: letsencrypt, fallbacks: [one]}
            """);

        assertThat(run("issuer", "apply", "-f", file.toString())).isZero();

        assertThat(requests.stream()
                        .filter(call -> call.contains("PUT"))
                        .map(call -> call.substring(call.indexOf("issuers/") + 8)))
                .containsExactly(
                        "one {\"preset\":\"letsencrypt\"}",
                        "two {\"preset\":\"zerossl\"}",
                        "one {\"preset\":\"letsencrypt\",\"fallbacks\":[\"two\"],\"rehearsal\":\"two\"}",
                        "two {\"preset\":\"zerossl\",\"fallbacks\":[\"one\"]}",
                        "le {\"preset\":\"letsencrypt\",\"fallbacks\":[\"one\"]}");
        assertThat(output).contains("one: applied", "two: applied", "le: applied");
    }

    @Test
    void refusesAFileWithoutIssuers() throws IOException {
        for (String text : List.of("", "issuers: []", "one: {}", "issuers: {one")) {
            Path file = Files.writeString(dir.resolve("wrong.yaml"), text);
            assertThat(run("issuer", "apply", "-f", file.toString())).as(text).isEqualTo(2);
        }
        assertThat(run("issuer", "apply", "-f", dir.resolve("absent.yaml").toString()))
                .isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void deletesAnIssuer() {
        assertThat(run("issuer", "delete", "le")).isZero();
        assertThat(requests.getLast()).contains("DELETE /api/v1/issuers/le");
    }

    @Test
    void printsTheProblemDocumentWithoutAStackTrace() {
        status = 422;
        answers.put("POST /api/v1/certificates", """
            {"title": "Forbidden name", "detail": "a.test is not allowed (and 1 more problems)", "traceId": "t-1",
             "problems": [{"code": "forbidden-name", "detail": "a.test is not allowed"}, {"code": "unknown-host", "detail": "web-9"}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test")).isEqualTo(1);

        assertThat(output).isEqualToNormalizingNewlines("""
            perennial: Forbidden name: a.test is not allowed (and 1 more problems)
              forbidden-name: a.test is not allowed
              unknown-host: web-9
              trace id: t-1
            """);
    }

    @Test
    void reportsAnUnreachableOrForeignApi() {
        answers.put("GET /api/v1/issuers", "<html>");
        assertThat(run("issuer", "list")).isEqualTo(2);
        assertThat(output).contains("not from the API of Perennial").doesNotContain("Exception");
        int port = api.getAddress().getPort();
        api.stop(0);
        assertThat(run("doctor")).isEqualTo(2);
        assertThat(output).contains("127.0.0.1:" + port).doesNotContain("\tat ");
    }

    private static final String REPLACEMENT = """
        {"id": "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "drill": false, "state": "%s", "reason": "the CA revokes", "selector": "key RSA_2048", "atOnce": 10,
         "deadline": "2026-11-22T12:00:00Z", "createdAt": "2026-11-21T18:00:00Z", "planExpiresAt": "2026-11-21T19:00:00Z",
         "plan": {"selected": 83267, "certificates": 83267, "byIssuer": [{"of": "le", "certificates": 83267}], "byOwner": [],
                  "byDomain": [], "first": [{"name": "shop", "owner": "web", "hosts": 2, "expiresAt": "2026-12-01T00:00:00Z"}],
                  "paceSeconds": 4, "paceMeasured": true, "end": "2026-11-22T13:15:00Z", "durationSeconds": 69300,
                  "byDeadline": 80000, "waits": [], "warnings": ["3267 will not be replaced by then"]},
         "progress": {"items": {"WAITING": 83256, "UNDER_WAY": 10, "DONE": 1, "FAILED": 0}, "perMinute": 2.5}%s}\
        """;

    @Test
    void showsAPlanAndTheNextStep() throws IOException {
        answers.put("POST /api/v1/replacements", REPLACEMENT.formatted("PLANNED", ""));
        Path serials = Files.writeString(dir.resolve("serials.txt"), "# from the mail\nAB:12\n\n 0c \n");

        assertThat(run(
                        "replace",
                        "plan",
                        "--serials",
                        serials.toString(),
                        "--label",
                        "env=prod",
                        "--deadline",
                        "2026-11-22T12:00:00Z"))
                .isZero();

        assertThat(requests.getFirst())
                .contains("\"labels\":{\"env\":\"prod\"},\"serials\":[\"AB:12\",\"0c\"]}", "\"drill\":false");
        assertThat(output)
                .contains(
                        "83,267 certificates",
                        "shop of web, on 2 hosts",
                        "19 h 15 min",
                        "80,000 of 83,267 are done by then",
                        "WARNING",
                        "nothing has changed yet; next step: perennial replace approve"
                                + " 01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03");
    }

    @Test
    void requiresConfirmationOfAnApprovalAndPrintsAllPagesOfTheReport() {
        answers.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", REPLACEMENT.formatted("PLANNED", ""));
        answers.put(
                "POST /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/approve",
                REPLACEMENT.formatted("RUNNING", ""));
        assertThat(answering("", "replace", "approve", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))
                .isEqualTo(2);
        assertThat(answering("n\n", "replace", "approve", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))
                .isEqualTo(1);
        assertThat(requests).noneMatch(call -> call.contains("POST"));

        assertThat(run("replace", "approve", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "--yes"))
                .isZero();
        assertThat(output)
                .contains("01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03: running, 83,256 waiting, 10 under way, 1 done, 2.5 per"
                        + " minute");

        answers.put("GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/report?limit=1000&after=-1", """
            [{"rank": 0, "state": "FAILED", "name": "shop", "owner": "web", "serial": "ab12", "seconds": 7,
              "problem": {"code": "challenge-failed", "detail": "the CA saw nothing"}}]\
            """);
        assertThat(run("replace", "report", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))
                .isZero();
        assertThat(output).containsSubsequence("1  failed", "shop", "7 s", "ab12 -> -", "challenge-failed: the CA saw");
        answers.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/report.csv?limit=1000&after=-1",
                "rank,name\r\n1,shop\r\n");
        assertThat(run("replace", "report", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "--csv"))
                .isZero();
        assertThat(output).isEqualTo("rank,name\r\n1,shop\r\n");
    }

    @Test
    void watchesUntilThePauseAndPrintsItsReason() {
        answers.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", REPLACEMENT.formatted("PAUSED", """
                    , "pausedFor": {"code": "replacement-stopped", "detail": "5 of the last 20 went wrong"}\
                    """));

        assertThat(run("replace", "show", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "--watch"))
                .isEqualTo(1);

        assertThat(output).contains("PAUSED", "replacement-stopped: 5 of the last 20 went wrong");
    }

    @Test
    void printsTheProblemAndTheNextAttemptUntilTheTimeout() {
        answers.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "UNDEPLOYED", "targets": ["web-1"]},
             "orders": [{"attempt": 1, "dueAt": "2026-11-21T10:15:00Z",
                         "problem": {"code": "handshake-mismatch", "detail": "another certificate is served"}}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--wait", "--timeout", "0"))
                .isEqualTo(3);

        assertThat(output)
                .containsSubsequence(
                        "undeployed",
                        "handshake-mismatch: another certificate is served",
                        "next try   2026-11-21T10:15:00Z",
                        "timed out after 0 s; the order continues");
    }

    @Test
    void stopsWaitingIfThereIsNoNextAttempt() {
        answers.put(
                "POST /api/v1/certificates",
                "{\"disposition\": \"ORDERED\", \"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}");
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web", "state": "UNDEPLOYED", "targets": ["web-1"]},
             "orders": [{"problem": {"code": "handshake-mismatch", "detail": "another certificate is served"}}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test", "--wait"))
                .isEqualTo(1);
        assertThat(output).contains("there is no automatic retry");
    }

    @Test
    void printsUnknownFieldsOfTheJson() throws IOException {
        answers.put("GET /api/v1/certificates?limit=500", """
            {"items": [{"name": "shop", "novelty": {"a": 1}, "state": "HOVERING"}], "next": "more"}\
            """);
        answers.put("GET /api/v1/certificates?limit=500&cursor=more", """
            {"items": [{"name": "mail"}]}\
            """);
        answers.put("POST /api/v1/doctor", HOPS.formatted("FAILED"));
        answers.put("GET /api/v1/issuers", """
            [{"name": "le", "managedBy": "cloud", "settings": {"name": "le", "directory": "https://le.test/dir", "x": [1]}}]\
            """);
        answers.put("GET /api/v1/replacements", "[" + REPLACEMENT.formatted("HOVERING", "") + "]");
        answers.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/report?limit=1000&after=-1",
                "[{\"rank\": 0, \"state\": \"NEW\"}]");
        JsonMapper json = new JsonMapper();

        assertThat(run("list", "-o", "json")).isZero();
        assertThat(json.readTree(output)).isEqualTo(json.readTree("""
            {"items": [{"name": "shop", "novelty": {"a": 1}, "state": "HOVERING"}, {"name": "mail"}]}\
            """));
        assertThat(run("doctor", "-o", "json")).isEqualTo(1);
        assertThat(json.readTree(output)).isEqualTo(json.readTree(HOPS.formatted("FAILED")));
        for (List<String> command : List.of(
                List.of("issuer", "list"),
                List.of("replace", "list"),
                List.of("replace", "report", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))) {
            List<String> arguments = new ArrayList<>(command);
            arguments.addAll(List.of("-o", "json"));
            assertThat(run(arguments.toArray(String[]::new))).as(output).isZero();
            String path = command.get(0) + "s"
                    + (command.size() > 2 ? "/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/report?limit=1000&after=-1" : "");
            assertThat(json.readTree(output))
                    .isEqualTo(json.readTree(answers.get("GET /api/v1/" + path.replace("replaces", "replacements"))));
        }
        assertThat(run("list")).isZero();
        assertThat(output).containsPattern("shop .* unknown ");
    }

    @Test
    void escapesControlCharacters() {
        String hostile = "a\\u001b[2Jb\\u009bc\\rd\\u202ee\\nf";
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "%1$s", "owner": "%1$s", "issuer": "%1$s"},
             "orders": [{"problem": {"code": "x", "detail": "%1$s", "evidence": "%1$s"}}],
             "timeline": [{"entry": "%1$s", "detail": {"%1$s": "%1$s"}}]}\
            """.formatted(hostile));

        assertThat(run("show", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01")).isZero();
        assertThat(output).contains("a\\u001b[2Jb\\u009bcd\\u202ee").doesNotContainPattern("(?m)^f");
        assertThat(output.chars().filter(it -> it != '\n' && Character.isISOControl(it)))
                .isEmpty();

        assertThat(run("show", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", "-o", "json"))
                .isZero();
        assertThat(output.chars().filter(it -> it != '\n' && Character.isISOControl(it)))
                .isEmpty();

        status = 422;
        answers.put("GET /api/v1/issuers", "{\"title\": \"%1$s\", \"detail\": \"%1$s\"}".formatted(hostile));
        assertThat(run("issuer", "list")).isEqualTo(1);
        assertThat(output.chars().filter(it -> it != '\n' && Character.isISOControl(it)))
                .isEmpty();
    }

    @Test
    void completionIncludesTheCommandsOfTheScript() throws Exception {
        StringWriter written = new StringWriter();
        assertThat(Main.commandLine(written, written).execute("completion", "bash"))
                .isZero();
        assertThat(written.toString()).contains("complete -F _complete_perennial", "chaos", "--expires-before");
        Path script = Files.writeString(dir.resolve("completion.bash"), written.toString());
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source " + script + "; COMP_WORDS=(perennial iss); COMP_CWORD=1; _complete_perennial;"
                                + " echo ${COMPREPLY[@]}")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("issuer\n");
    }

    @Test
    void namesTheExitCodesInTheHelpOfEveryCommand() {
        StringWriter written = new StringWriter();
        Main.commandLine(written, written).execute("issuer", "list", "--help");
        assertThat(written.toString()).contains("Exit codes:", "--wait reached its --timeout");
    }

    @Test
    void refusesWrongUsage() {
        assertThat(run("doctor", "--nonsense")).isEqualTo(2);
        assertThat(run("request", "shop", "--owner", "web")).isEqualTo(2);
        assertThat(output).startsWith("specify at least one --dns or --ip");
        assertThat(run("request", "shop", "--dns", "a.test")).isEqualTo(2);
        assertThat(requests).isEmpty();
    }

    @Test
    void readsTheAddressFromOptionsThenTheEnvironmentThenTheCheckout() throws IOException {
        Path run = Files.createDirectory(dir.resolve(".run"));
        Files.writeString(run.resolve("token"), "from-run");
        Files.writeString(run.resolve("endpoints.json"), "{\"rest\": {\"url\": \"" + address() + "\"}}");

        new ApiOptions().connect(Map.of(), run).get("issuers", List.class);
        new ApiOptions()
                .connect(
                        Map.of(
                                "PERENNIAL_API",
                                address(),
                                "PERENNIAL_TOKEN_FILE",
                                dir.resolve("token").toString()),
                        run)
                .get("issuers", List.class);

        assertThat(requests).extracting(call -> call.split(" ")[1]).containsExactly("from-run", "secret");
    }

    private String address() {
        return "http://127.0.0.1:" + api.getAddress().getPort();
    }

    @Test
    void printsTheEffectOfARevocationAndOrdersIt() {
        revocable();

        assertThat(run("revoke", "shop", "--reason", "keyCompromise", "--comment", "lost", "--yes"))
                .isZero();

        assertThat(output)
                .contains("shop of web, serial ab12: a replacement with a new key is served first")
                .contains("no later than 2026-11-21T10:15:00Z")
                .contains("1 revocation(s) ordered");
        assertThat(requests)
                .endsWith("Bearer secret POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/revocations"
                        + " {\"reason\":\"keyCompromise\",\"comment\":\"lost\"}");
    }

    @Test
    void revokesNothingWithoutConfirmation() {
        revocable();

        assertThat(answering("no\n", "revoke", "shop", "--reason", "superseded"))
                .isEqualTo(1);
        assertThat(output).contains("nothing has changed");
        assertThat(answering("", "revoke", "shop", "--reason", "superseded")).isEqualTo(2);
        assertThat(output).contains("stdin is not interactive; pass --yes to skip the confirmation");
        assertThat(requests).noneMatch(call -> call.contains("/revocations {"));
        assertThat(answering("y\n", "revoke", "shop", "--reason", "superseded")).isZero();
        assertThat(requests).filteredOn(call -> call.contains("/revocations {")).hasSize(1);
    }

    @Test
    void showsTheStatusOfIssuedCertificates() {
        answers.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
            {"certificate": {"name": "shop", "owner": "web"}, "orders": [], "timeline": [], "issued": [
              {"serial": "b2", "issuer": "le", "notAfter": "2027-02-19T09:12:55Z", "inUse": true,
               "status": {"status": "NOT_OFFERED", "since": "2026-11-20T10:00:00Z"},
               "revocation": {"state": "REPLACING", "reason": "superseded", "dueAt": "2026-11-21T10:15:00Z"}},
              {"serial": "a1", "issuer": "le", "notAfter": "2027-01-19T09:12:55Z", "inUse": false,
               "revokedAt": "2026-11-21T10:15:00Z", "revocationReason": "superseded"}]}\
            """);

        assertThat(run("show", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01")).isZero();

        assertThat(output)
                .contains("in use     serial b2 by le until 2027-02-19T09:12:55Z")
                .contains("status     not offered since 2026-11-20T10:00:00Z")
                .contains("revocation replacing, superseded")
                .contains("revoked    2026-11-21T10:15:00Z: superseded");
    }

    private void revocable() {
        answers.put(
                "GET /api/v1/certificates?name=shop",
                "{\"items\": [{\"certificateId\": \"01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01\"}]}");
        String planned = """
            {"revocations": [{"name": "shop", "owner": "web", "serial": "ab12", "replacedFirst": true, "retired": false,
                              "revokeBy": "2026-11-21T10:15:00Z"}]}\
            """;
        answers.put("POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/revocations?dryRun=true", planned);
        answers.put("POST /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01/revocations", planned);
    }

    private int answering(String typed, String... arguments) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(arguments);
        } finally {
            System.setIn(before);
        }
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(
                List.of("--api", address(), "--token-file", dir.resolve("token").toString()));
        StringWriter written = new StringWriter();
        CommandLine command = Main.commandLine(written, written);
        int code = command.execute(all.toArray(String[]::new));
        command.getOut().flush();
        command.getErr().flush();
        output = written.toString();
        return code;
    }
}
