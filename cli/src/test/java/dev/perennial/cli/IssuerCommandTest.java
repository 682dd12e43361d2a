package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class IssuerCommandTest extends FakeApiSetup {
    @Test
    void showsIssuersInTheFormThatApplyReads() throws IOException {
        responses.put("GET /api/v1/issuers", """
            [{"name": "le", "managedBy": "rest", "settings": {"name": "le", "directory": "https://le.test/dir"}}]\
            """);
        responses.put("GET /api/v1/issuers/le", """
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
}
