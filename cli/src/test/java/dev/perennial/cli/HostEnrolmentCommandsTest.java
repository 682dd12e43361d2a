package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.enrolment.EnrolmentToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands that call both the API and Vault; here, both are the fake API. */
class HostEnrolmentCommandsTest extends FakeApiSetup {
    private static final String ROLE = "/v1/auth/approle/role/perennial-host-web-1";
    private static final String HOST_CALL = "GET /api/v1/hosts/web-1";
    private static final String ENTITY = "/v1/identity/entity/name/perennial-host-web-1";

    private static final String KEY = """
            {"id": "key-1", "host": "web-1", "registeredBy": "token:operator", "registeredAt": "2026-12-01T12:00:00Z"%s}""";
    private static final String REVOKED_KEY = KEY.formatted(", \"revokedAt\": \"2026-12-01T12:00:00Z\"");

    private Path vaultToken;

    @BeforeEach
    void answerAsVault() throws IOException {
        vaultToken = Files.writeString(dir.resolve("vault-token"), "operator-secret\n");
        statuses.put("GET " + ENTITY, 404);
        statuses.put("GET " + ROLE, 404);
        host("", KEY);
        responses.put("GET " + ROLE + "/role-id", "{\"data\":{\"role_id\":\"role-1\"}}");
        responses.put(
                "POST " + ROLE + "/secret-id",
                "{\"data\":{\"secret_id\":\"once\"},\"wrap_info\":{\"token\":\"wrapping-secret\"}}");
        responses.put("POST /v1/auth/approle/login", "{\"auth\":{\"entity_id\":\"entity-1\"}}");
        responses.put("PUT /api/v1/hosts/web-1", """
                {"name": "web-1", "labels": {}, "registeredBy": "token:operator", "registeredAt": "2026-12-01T12:00:00Z"}""");
        responses.put(
                "POST /api/v1/hosts/web-1/enrolments",
                "{\"code\":\"prnh_secret\",\"expiresAt\":\"2026-12-01T12:15:00Z\"}");
    }

    @Test
    void printsTheTokenOfAnEnrolment() {
        assertThat(enroll("--label", "zone=a")).isZero();

        EnrolmentToken token = EnrolmentToken.parse(output.strip());
        assertThat(token.host()).isEqualTo("web-1");
        assertThat(token.roleId()).isEqualTo("role-1");
        assertThat(token.secretIdToken()).isEqualTo("wrapping-secret");
        assertThat(token.code()).isEqualTo("prnh_secret");
        assertThat(token.api().toString()).isEqualTo(address());
        assertThat(token.vault().toString()).isEqualTo(address());
        assertThat(calls().getFirst()).as("an enrolled host keeps what it has").startsWith("GET /api/v1/hosts/");
        assertThat(requests.get(1)).contains("PUT /api/v1/hosts/web-1", "zone");
        assertThat(requests).anyMatch(it -> it.contains(ROLE + " ") && it.contains("\"token_ttl\":\"3600s\""));
    }

    /** Its removal may have reached the order-service only, and another party may have its credentials. */
    @Test
    void endsTheEarlierRightsOfAHostWithoutAUsableKeyBeforeItsEnrolment() {
        host(", \"removedAt\": \"2026-12-01T13:00:00Z\"", REVOKED_KEY);
        responses.put("GET " + ENTITY, "{\"data\":{\"id\":\"entity-1\"}}");
        statuses.put("GET " + ENTITY, 200);
        assertThat(enroll()).isZero();
        assertEndsRightsFirst();

        host("", REVOKED_KEY);
        assertThat(enroll()).as("registered again by other means").isZero();
        assertEndsRightsFirst();

        assertThat(output).contains("the earlier rights of web-1 in Vault at " + address() + " are ended");

        statuses.put("DELETE " + ROLE, 503);
        assertThat(enroll()).isEqualTo(ExitCode.FAILED);
        assertThat(calls()).as("a repetition does it too").doesNotContain("PUT /api/v1/hosts/web-1");
    }

    /** The API is that of another installation, and an agent uses the rights. */
    @Test
    void keepsTheRightsOfAHostThatTheOrderServiceDoesNotKnow() throws IOException {
        responses.put("GET " + ENTITY, "{\"data\":{\"id\":\"entity-1\"}}");
        statuses.put(HOST_CALL, 404);
        for (String existing : List.of(ENTITY, ROLE)) {
            statuses.put("GET " + existing, 200);
            Path file = dir.resolve("enrolment");

            assertThat(enroll("--output-file", file.toString())).isEqualTo(ExitCode.FAILED);

            assertThat(output)
                    .contains(
                            "the order-service at " + address() + " does not know web-1",
                            "Vault at " + address() + " has rights of it",
                            "Nothing was changed",
                            "--end-rights");
            assertThat(calls()).allMatch(it -> it.startsWith("GET "));
            assertThat(Files.exists(file)).isFalse();
            statuses.put("GET " + existing, 404);
        }
        statuses.put("GET " + ENTITY, 200);
        requests.clear();

        assertThat(enroll("--end-rights")).isZero();
        assertEndsRightsFirst();
    }

    @Test
    void enrolsANewHost() {
        statuses.put(HOST_CALL, 404);

        assertThat(enroll()).isZero();

        assertThat(calls()).doesNotContain("DELETE " + ROLE, "DELETE " + ENTITY);
    }

    /** Another party may have opened the token of an enrolment whose agent was not started. */
    @Test
    void endsTheRightsOfARegisteredHostThatHadNoKey() {
        host("", "");
        statuses.put("GET " + ROLE, 200);

        assertThat(enroll()).isZero();

        assertThat(calls()).containsSubsequence("DELETE " + ROLE, "DELETE " + ENTITY, "PUT /api/v1/hosts/web-1");
    }

    private void assertEndsRightsFirst() {
        assertThat(calls())
                .startsWith(
                        HOST_CALL,
                        "GET " + ENTITY,
                        "GET " + ROLE,
                        "POST " + ENTITY,
                        "DELETE " + ROLE,
                        "DELETE " + ENTITY,
                        "PUT /api/v1/hosts/web-1");
        requests.clear();
    }

    @Test
    void changesNothingInVaultIfTheHostCannotBeRead() {
        statuses.put(HOST_CALL, 403);

        assertThat(enroll()).isEqualTo(ExitCode.FAILED);

        assertThat(calls()).containsExactly(HOST_CALL);
    }

    @Test
    void writesTheTokenToAFileOfItsOwnerOnly() throws IOException {
        Path file = dir.resolve("enrolment");

        assertThat(enroll("--output-file", file.toString())).isZero();

        assertThat(EnrolmentToken.parse(Files.readString(file).strip()).host()).isEqualTo("web-1");
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        assertThat(output).doesNotContain("prne_");
    }

    @Test
    void explainsWhatVaultHasRefused() throws IOException {
        statuses.put("POST " + ROLE, 403);
        responses.put("POST " + ROLE, "{\"errors\":[\"permission denied\"]}");
        Path file = dir.resolve("enrolment");

        assertThat(enroll("--output-file", file.toString())).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("status 403", "permission denied").doesNotContain("operator-secret");
        assertThat(Files.exists(file)).as("the command can be repeated").isFalse();
    }

    @Test
    void requiresVaultWithTlsAndATokenFile() {
        assertThat(run("host", "enroll", "web-1", "--vault", "http://vault.example.com", "--vault-token-file", "x"))
                .isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("no TLS");
        assertThat(run("host", "enroll", "web-1", "--vault", address())).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("--vault-token-file");
        assertThat(run("host", "enroll", "web-1")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("--vault or VAULT_ADDR");
        assertThat(enroll("--token-ttl", "1d")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(requests).isEmpty();
    }

    @Test
    void removesAHostFromTheApiFirstAndThenFromVault() {
        statuses.put("GET " + ENTITY, 200);

        assertThat(remove("--force")).isZero();

        assertThat(output).contains("web-1: removed", "its rights in Vault are ended");
        assertThat(calls())
                .containsExactly(
                        HOST_CALL,
                        "DELETE /api/v1/hosts/web-1?force=true",
                        "GET " + ENTITY,
                        "GET " + ROLE,
                        "POST " + ENTITY,
                        "DELETE " + ROLE,
                        "DELETE " + ENTITY);
    }

    @Test
    void saysWhichRightsMayRemain() {
        statuses.put("DELETE " + ROLE, 503);

        assertThat(remove()).isEqualTo(ExitCode.FAILED);

        assertThat(output)
                .contains("reports of the host no longer count", "may remain", "status 503", "Repeat the command");
    }

    @Test
    void endsNoRightsInVaultIfTheHostIsInUse() {
        statuses.put("DELETE /api/v1/hosts/web-1", 409);
        responses.put("DELETE /api/v1/hosts/web-1", """
                {"type": "urn:perennial:error:host-in-use", "title": "Host in use", "status": 409, "detail": "7 certificates"}""");

        assertThat(remove()).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("7 certificates");
        assertThat(calls()).containsExactly(HOST_CALL, "DELETE /api/v1/hosts/web-1");
    }

    @Test
    void endsTheRightsInVaultByForceIfTheOrderServiceCannotBeUsed() {
        statuses.put("GET " + ENTITY, 200);
        statuses.put(HOST_CALL, 503);
        responses.put(HOST_CALL, "<html>");

        assertThat(remove()).isEqualTo(ExitCode.UNUSABLE);
        assertThat(calls()).as("without force").containsExactly(HOST_CALL);

        assertThat(remove("--force")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output)
                .contains(
                        "the removal at the order-service failed; until it succeeds, its reports count. Repeat the command",
                        "its rights in Vault are ended",
                        "status 503")
                .doesNotContain("keys are revoked");
        assertThat(calls()).contains("DELETE " + ROLE, "DELETE " + ENTITY);

        statuses.put("DELETE " + ROLE, 500);
        assertThat(remove("--force")).isEqualTo(ExitCode.FAILED);
        assertThat(output).contains("its reports count", "status 503", "rights in Vault may remain", "500");
    }

    @Test
    void endsTheRightsInVaultWithoutAUsableLogin() throws IOException {
        statuses.put("GET " + ENTITY, 200);
        Files.writeString(dir.resolve("token"), "");

        assertThat(remove("--force")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("its rights in Vault are ended", "token is empty");
    }

    /** For example after the database was restored. */
    @Test
    void endsTheRightsInVaultOfAHostThatIsNotRegistered() {
        statuses.put("GET " + ENTITY, 200);
        statuses.put(HOST_CALL, 404);

        assertThat(remove()).as("perhaps the wrong order-service").isEqualTo(ExitCode.FAILED);
        assertThat(output)
                .contains(
                        "web-1 is not registered at the order-service at " + address(),
                        "Nothing was changed",
                        "in Vault at " + address(),
                        "--force")
                .doesNotContain("are ended");
        assertThat(calls()).containsExactly(HOST_CALL);

        assertThat(remove("--force")).isZero();
        assertThat(output)
                .contains("not registered at the order-service at " + address(), "its rights in Vault are ended");

        statuses.put("GET " + ENTITY, 404);
        assertThat(remove("--force")).as("a wrong name").isEqualTo(ExitCode.FAILED);
        assertThat(run("host", "remove", "web-1", "--without-vault", "--force")).isEqualTo(ExitCode.FAILED);
        assertThat(output).contains("not registered at the order-service at " + address());
    }

    @Test
    void failsIfVaultHasNothingOfAHostThatWasRegistered() {
        assertThat(remove()).isEqualTo(ExitCode.FAILED);
        assertThat(output)
                .contains("keys are revoked", "Vault at " + address() + " has no rights of web-1", "check --vault")
                .doesNotContain("are ended");

        host(", \"removedAt\": \"2026-12-01T13:00:00Z\"", REVOKED_KEY);
        assertThat(remove()).as("repeated after the loss of a response").isZero();
        assertThat(output).contains("has no rights of web-1");
    }

    @Test
    void removesAHostWithoutVaultOnlyOnRequest() {
        assertThat(run("host", "remove", "web-1")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(requests).isEmpty();

        assertThat(run("host", "remove", "web-1", "--without-vault")).isZero();
        assertThat(output).contains("its rights in Vault, if any, remain");
    }

    private void host(String more, String key) {
        responses.put(HOST_CALL, """
                {"host": {"name": "web-1", "labels": {}, "registeredBy": "token:operator",
                          "registeredAt": "2026-12-01T12:00:00Z"%s}, "keys": [%s], "certificates": 0}""".formatted(more, key.formatted("")));
    }

    private List<String> calls() {
        return requests.stream()
                .map(it -> it.replaceFirst(".*?((GET|PUT|POST|DELETE) \\S+) .*", "$1"))
                .toList();
    }

    private int enroll(String... more) {
        return command("enroll", more);
    }

    private int remove(String... more) {
        return command("remove", more);
    }

    private int command(String name, String... more) {
        List<String> all = new java.util.ArrayList<>(
                List.of("host", name, "web-1", "--vault", address(), "--vault-token-file", vaultToken.toString()));
        all.addAll(List.of(more));
        return run(all.toArray(String[]::new));
    }
}
