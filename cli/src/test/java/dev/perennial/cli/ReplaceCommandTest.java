package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReplaceCommandTest extends FakeApiSetup {
    @Test
    void showsAPlanAndTheNextStep() throws IOException {
        responses.put("POST /api/v1/replacements", REPLACEMENT.formatted("PLANNED", ""));
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
                        "certificates: 83,267",
                        "shop of web, hosts: 2",
                        "19 h 15 min",
                        "80,000 of 83,267 are done by then",
                        "WARNING",
                        "nothing has changed yet; next step: perennial replace approve"
                                + " 01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03");
    }

    @Test
    void requiresACriterion() {
        assertThat(run("replace", "plan", "--reason", "the CA revokes")).isEqualTo(2);

        assertThat(output).startsWith("specify at least one criterion, for example --issuer or --serials");
        assertThat(requests).isEmpty();
    }

    @Test
    void requiresConfirmationOfAnApprovalAndPrintsAllPagesOfTheReport() {
        responses.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", REPLACEMENT.formatted("PLANNED", ""));
        responses.put(
                "POST /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/approve",
                REPLACEMENT.formatted("RUNNING", ""));
        assertThat(runWithInput("", "replace", "approve", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))
                .isEqualTo(2);
        assertThat(runWithInput("n\n", "replace", "approve", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))
                .isEqualTo(1);
        assertThat(requests).noneMatch(call -> call.contains("POST"));

        assertThat(run("replace", "approve", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "--yes"))
                .isZero();
        assertThat(output)
                .contains("01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03: running, 83,256 waiting, 10 in progress, 1 done, 2.5"
                        + " per minute");

        responses.put("GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/report?limit=1000&after=-1", """
            [{"rank": 0, "state": "FAILED", "name": "shop", "owner": "web", "serial": "ab12", "seconds": 7,
              "problem": {"code": "challenge-failed", "detail": "the CA saw nothing"}}]\
            """);
        assertThat(run("replace", "report", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03"))
                .isZero();
        assertThat(output).containsSubsequence("1  failed", "shop", "7 s", "ab12 -> -", "challenge-failed: the CA saw");
        responses.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03/report.csv?limit=1000&after=-1",
                "rank,name\r\n1,shop\r\n");
        assertThat(run("replace", "report", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "--csv"))
                .isZero();
        assertThat(output).isEqualTo("rank,name\r\n1,shop\r\n");
    }

    @Test
    void watchesUntilThePauseAndPrintsItsReason() {
        responses.put(
                "GET /api/v1/replacements/01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", REPLACEMENT.formatted("PAUSED", """
                    , "pausedFor": {"code": "replacement-stopped", "detail": "5 of the last 20 went wrong"}\
                    """));

        assertThat(run("replace", "show", "01938a4e-7c10-7d3a-9f2e-5b6c7d8e9f03", "--watch"))
                .isEqualTo(1);

        assertThat(output).contains("PAUSED", "replacement-stopped: 5 of the last 20 went wrong");
    }
}
