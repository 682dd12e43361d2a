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
}
