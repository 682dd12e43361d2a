package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HostCommandTest extends FakeApiSetup {
    private static final String KEY = """
        {"id": "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", "host": "web-1", "registeredBy": "token:operator",
         "registeredAt": "2026-12-01T12:00:00Z"%s}\
        """;

    private static final String HOST = """
        {"name": "web-1", "labels": {"zone": "a"}, "registeredBy": "token:operator", "registeredAt": "2026-12-01T12:00:00Z"}\
        """;

    @Test
    void registersAPublicKey() throws IOException {
        status = 201;
        responses.put("POST /api/v1/hosts/web-1/keys", KEY.formatted(""));
        Path file = Files.writeString(
                dir.resolve("web-1.pub"), "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"ax\",\"y\":\"ay\"}");

        assertThat(run("host", "add-key", "web-1", file.toString())).isZero();

        assertThat(output).contains("oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U", "web-1", "registered");
        assertThat(requests).singleElement().asString().contains("\"kty\":\"EC\"", "\"x\":\"ax\"", "\"y\":\"ay\"");
    }

    @Test
    void explainsAFileThatIsNoKey() throws IOException {
        Path file = Files.writeString(dir.resolve("web-1.pub"), "ssh-ed25519 AAAA");

        assertThat(run("host", "add-key", "web-1", file.toString())).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("is not a JSON Web Key");
        assertThat(run("host", "add-key", "web-1", dir.resolve("absent").toString()))
                .isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("cannot be read");

        assertThat(requests).isEmpty();
    }

    @Test
    void sendsNoPrivateKey() throws IOException {
        Path file = Files.writeString(dir.resolve("web-1"), "{\"kty\":\"EC\",\"d\":\"private-part\"}");

        assertThat(run("host", "add-key", "web-1", file.toString())).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("private key", ".pub").doesNotContain("private-part");
        assertThat(requests).isEmpty();
    }

    @Test
    void listsTheKeysOfAHostAndOfAll() {
        String revoked = ", \"revokedAt\": \"2026-12-02T12:00:00Z\", \"revokedBy\": \"token:operator\"";
        responses.put("GET /api/v1/hosts/web-1/keys", "[" + KEY.formatted(revoked) + "]");
        responses.put("GET /api/v1/hosts/keys", "[" + KEY.formatted("") + "]");

        assertThat(run("host", "keys", "web-1")).isZero();
        assertThat(output).contains("web-1", "revoked", "token:operator");
        assertThat(run("host", "keys")).isZero();
        assertThat(output).contains("usable");
    }

    @Test
    void revokesAKey() {
        status = 204;
        responses.put("DELETE /api/v1/hosts/web-1/keys/abc", "");

        assertThat(run("host", "revoke-key", "web-1", "abc")).isZero();

        assertThat(output).contains("abc: revoked");
    }

    @Test
    void registersAHostWithLabels() {
        status = 201;
        responses.put("PUT /api/v1/hosts/web-1", HOST);

        assertThat(run("host", "add", "web-1", "--label", "zone=a", "--label", "team=web"))
                .isZero();

        assertThat(output).contains("web-1: registered", "zone=a");
        assertThat(requests).singleElement().asString().contains("{\"labels\":{", "\"zone\":\"a\"", "\"team\":\"web\"");
    }

    @Test
    void keepsTheLabelsOfARegisteredHost() {
        responses.put("PUT /api/v1/hosts/web-1", HOST);

        assertThat(run("host", "add", "web-1")).isZero();

        assertThat(requests).singleElement().asString().doesNotContain("labels");
    }

    @Test
    void listsEveryPageOfHosts() {
        responses.put("GET /api/v1/hosts?limit=500&removed=false", "{\"items\":[" + HOST + "],\"next\":\"web-1\"}");
        responses.put(
                "GET /api/v1/hosts?limit=500&removed=false&after=web-1",
                "{\"items\":[" + HOST.replace("web-1", "web-2") + "]}");

        assertThat(run("host", "list")).isZero();

        assertThat(output).contains("web-1", "web-2", "zone=a", "registered");
    }

    @Test
    void showsTheKeysAndTheCertificatesOfAHost() {
        responses.put(
                "GET /api/v1/hosts/web-1",
                "{\"host\":" + HOST + ",\"keys\":[" + KEY.formatted("") + "],\"certificates\":7}");

        assertThat(run("host", "show", "web-1")).isZero();

        assertThat(output)
                .contains(
                        "zone=a", "certificates that name it: 7", "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U usable");
    }

    @Test
    void changesSomeLabelsOfAHost() {
        responses.put("GET /api/v1/hosts/web-1", "{\"host\":" + HOST + ",\"keys\":[],\"certificates\":0}");
        responses.put("PUT /api/v1/hosts/web-1", HOST);

        assertThat(run("host", "label", "web-1", "--label", "team=web", "--remove", "zone"))
                .isZero();
        assertThat(requests.getLast()).endsWith("{\"labels\":{\"team\":\"web\"}}");

        assertThat(run("host", "label", "web-1")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("at least one --label or --remove");
    }
}
