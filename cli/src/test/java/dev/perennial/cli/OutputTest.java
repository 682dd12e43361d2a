package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The output of all commands: problem documents, JSON, and characters that a terminal must not get. */
class OutputTest extends FakeApiSetup {
    @Test
    void printsTheProblemDocumentWithoutAStackTrace() {
        status = 422;
        responses.put("POST /api/v1/certificates", """
            {"title": "Forbidden name", "detail": "a.test is not allowed (and 1 more problem)", "traceId": "t-1",
             "problems": [{"code": "forbidden-name", "detail": "a.test is not allowed"}, {"code": "unknown-host", "detail": "web-9"}]}\
            """);

        assertThat(run("request", "shop", "--owner", "web", "--dns", "a.test")).isEqualTo(1);

        assertThat(output).isEqualToNormalizingNewlines("""
            perennial: Forbidden name: a.test is not allowed (and 1 more problem)
              forbidden-name: a.test is not allowed
              unknown-host: web-9
              trace id: t-1
            """);
    }

    @Test
    void reportsAnUnreachableOrForeignApi() {
        responses.put("GET /api/v1/issuers", "<html>");
        assertThat(run("issuer", "list")).isEqualTo(2);
        assertThat(output).contains("not from the API of Perennial").doesNotContain("Exception");
        int port = port();
        stop();
        assertThat(run("doctor")).isEqualTo(2);
        assertThat(output).contains("127.0.0.1:" + port).doesNotContain("\tat ");
    }

    @Test
    void printsUnknownFieldsOfTheJson() throws IOException {
        responses.put("GET /api/v1/certificates?limit=500", """
            {"items": [{"name": "shop", "novelty": {"a": 1}, "state": "HOVERING"}], "next": "more"}\
            """);
        responses.put("GET /api/v1/certificates?limit=500&cursor=more", """
            {"items": [{"name": "mail"}]}\
            """);
        responses.put("POST /api/v1/doctor", HOPS.formatted("FAILED"));
        responses.put("GET /api/v1/issuers", """
            [{"name": "le", "managedBy": "cloud", "settings": {"name": "le", "directory": "https://le.test/dir", "x": [1]}}]\
            """);
        responses.put("GET /api/v1/replacements", "[" + REPLACEMENT.formatted("HOVERING", "") + "]");
        responses.put(
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
                    .isEqualTo(json.readTree(responses.get("GET /api/v1/" + path.replace("replaces", "replacements"))));
        }
        assertThat(run("list")).isZero();
        assertThat(output).containsPattern("shop .* unknown ");
    }

    @Test
    void escapesControlCharacters() {
        String hostile = "a\\u001b[2Jb\\u009bc\\rd\\u202ee\\nf";
        responses.put("GET /api/v1/certificates/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f01", """
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
        responses.put("GET /api/v1/issuers", "{\"title\": \"%1$s\", \"detail\": \"%1$s\"}".formatted(hostile));
        assertThat(run("issuer", "list")).isEqualTo(1);
        assertThat(output.chars().filter(it -> it != '\n' && Character.isISOControl(it)))
                .isEmpty();
    }
}
