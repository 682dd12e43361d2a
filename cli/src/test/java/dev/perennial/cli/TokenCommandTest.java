package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;

class TokenCommandTest extends FakeApiSetup {
    private static final String DETAIL = """
        {"id": "1f0c9a6b2d3e4f50", "name": "ci-shop", "grants": [{"role": "requester", "owners": ["shop"], "names": ["test-*"], "issuers": ["*"]}],
         "createdBy": "token:admin", "state": "USABLE", "createdAt": "2026-11-21T18:00:00Z", "expiresAt": "2999-01-01T00:00:00Z"%s}\
        """;

    private static final String APPROVAL = "01938a4e-7f00-7000-8000-0000000000a1";

    @Test
    void saysThatATokenWaitsAndWhatToDo() {
        status = 202;
        responses.put(
                "POST /api/v1/tokens",
                "{\"token\": \"prn_secret\", \"detail\": "
                        + DETAIL.formatted("").replace("USABLE", "WAITING")
                        + ", \"approval\": {\"id\": \"" + APPROVAL
                        + "\", \"role\": \"admin\", \"expiresAt\": \"2026-12-03T10:15:30Z\", \"text\": \"waits for approval by"
                        + " role admin until 2026-12-03T10:15:30Z\"}}");

        assertThat(run("token", "create", "carol", "--role", "admin", "--owner", "*"))
                .isZero();

        assertThat(output)
                .startsWith("prn_secret\n")
                .contains("waits for approval by role admin until 2026-12-03T10:15:30Z; approval id " + APPROVAL)
                .contains("perennial approval approve " + APPROVAL);
    }

    @Test
    void createsATokenAndPrintsItOnce() {
        status = 201;
        responses.put("POST /api/v1/tokens", "{\"token\": \"prn_secret\", \"detail\": " + DETAIL.formatted("") + "}");

        assertThat(run("token", "create", "ci-shop", "--role", "requester", "--owner", "shop", "--name", "test-*"))
                .isZero();

        assertThat(output).isEqualTo("prn_secret\n");
        assertThat(requests)
                .singleElement()
                .asString()
                .contains(
                        "\"name\":\"ci-shop\"",
                        "\"role\":\"requester\"",
                        "\"owners\":[\"shop\"]",
                        "\"names\":[\"test-*\"]",
                        "\"issuers\":[\"*\"]",
                        "\"expiresAt\":\"");
    }

    @Test
    void writesTheTokenToAFileOfItsOwnerOnly() throws IOException {
        status = 201;
        responses.put("POST /api/v1/tokens", "{\"token\": \"prn_secret\", \"detail\": " + DETAIL.formatted("") + "}");
        Path file = dir.resolve("new-token");

        assertThat(run(
                        "token",
                        "create",
                        "ci-shop",
                        "--role",
                        "viewer",
                        "--owner",
                        "*",
                        "--output-file",
                        file.toString()))
                .isZero();

        assertThat(Files.readString(file)).isEqualTo("prn_secret\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(output).contains("1f0c9a6b2d3e4f50").doesNotContain("prn_secret");
    }

    @Test
    void createsNoTokenForAFileThatExists() {
        assertThat(run(
                        "token",
                        "create",
                        "ci-shop",
                        "--role",
                        "viewer",
                        "--owner",
                        "*",
                        "--output-file",
                        dir.resolve("token").toString()))
                .isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("exists already");
        assertThat(requests).isEmpty();
    }

    @Test
    void refusesALifetimeThatIsNotANumberOfDays() {
        assertThat(run("token", "create", "ci", "--role", "viewer", "--owner", "*", "--expires", "1 year"))
                .isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("--expires: a number of days such as 90d");
    }

    @Test
    void requiresAnOwner() {
        assertThat(run("token", "create", "ci", "--role", "viewer")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("--owner");
    }

    @Test
    void listsTokens() {
        responses.put(
                "GET /api/v1/tokens",
                "[" + DETAIL.formatted(", \"lastUsedAt\": \"2026-11-22T10:11:12Z\"") + ","
                        + DETAIL.formatted(", \"revokedAt\": \"2026-11-22T10:11:12Z\"")
                                .replace("USABLE", "REVOKED") + ","
                        + DETAIL.formatted(", \"approval\": \"" + APPROVAL + "\"")
                                .replace("USABLE", "WAITING") + "]");

        assertThat(run("token", "list")).isZero();

        assertThat(output)
                .contains("usable", "2026-11-22T10:11:00Z", "revoked", "never", "waiting")
                .contains("; waits for approval " + APPROVAL)
                .contains("requester of owner shop for certificate test-*");
    }

    @Test
    void revokesAToken() {
        assertThat(run("token", "revoke", "1f0c9a6b2d3e4f50")).isZero();

        assertThat(requests).containsExactly("Bearer secret DELETE /api/v1/tokens/1f0c9a6b2d3e4f50 ");
    }

    @Test
    void showsItsOwnGrants() {
        responses.put("GET /api/v1/access/self", """
            {"principal": "token:ci", "grants": [{"role": "admin", "owners": ["*"], "names": ["*"], "issuers": ["*"]}]}""");

        assertThat(run("token", "self")).isZero();

        assertThat(output).isEqualTo("token:ci: admin\n");
    }
}
