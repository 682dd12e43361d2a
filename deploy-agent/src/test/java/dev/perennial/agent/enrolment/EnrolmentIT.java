package dev.perennial.agent.enrolment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpServer;
import dev.perennial.enrolment.EnrolmentException;
import dev.perennial.enrolment.EnrolmentToken;
import dev.perennial.enrolment.HostIdentity;
import dev.perennial.enrolment.JsonHttp;
import dev.perennial.enrolment.ServerTls;
import dev.perennial.enrolment.WrappedSecretId;
import dev.perennial.events.CertificateId;
import dev.perennial.platform.crypto.SigningKey;
import dev.perennial.platform.crypto.VerificationKey;
import dev.perennial.vault.OpenBao;
import dev.perennial.vault.SecretPath;
import dev.perennial.vault.SecretStores;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The enrolment of a host with a real Vault, and an API that registers every key, unless a test says otherwise. */
class EnrolmentIT {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static int hosts;

    @TempDir
    static Path vaultFolder;

    private static OpenBao bao;
    private static HostIdentity operator;

    @TempDir
    Path folder;

    private final List<String> requests = new ArrayList<>();
    private final String host = "web-" + hosts++;
    private HttpServer api;
    private int status = 201;
    private String detail = "";
    private Path directory;
    private String output;

    @BeforeAll
    static void startVault() {
        bao = OpenBao.start(vaultFolder);
        String token = bao.admin("POST", "auth/token/create", Map.of())
                .at("/auth/client_token")
                .asText();
        operator =
                new HostIdentity(new JsonHttp(ServerTls.ofJdk().context()), bao.address(), token, Duration.ofHours(1));
    }

    @AfterAll
    static void stopVault() {
        bao.close();
    }

    @BeforeEach
    void startApi() throws IOException {
        directory = folder.resolve("agent");
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            requests.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestMethod()
                    + " " + exchange.getRequestURI());
            byte[] answer = JSON.createObjectNode()
                    .put("id", VerificationKey.parse(body).id())
                    .put("detail", detail)
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        api.start();
    }

    @AfterEach
    void stopApi() {
        api.stop(0);
    }

    /** In the packaged program, as on a host. */
    @Test
    void enrolsTheHost() throws Exception {
        EnrolmentToken token = token();
        Path file = Files.writeString(folder.resolve("token"), token.text() + "\n");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        Path.of("target", "quarkus-app", "quarkus-run.jar").toString(),
                        "enroll",
                        "--token-file",
                        file.toString(),
                        "--directory",
                        directory.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile())
                .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(folder.resolve("output"));

        assertThat(process.exitValue()).as(said).isZero();
        assertThat(said)
                .contains(
                        "The host " + host + " is enrolled",
                        directory.resolve("enrolment.properties").toString())
                .doesNotContain(Files.readString(directory.resolve("secret-id")).strip(), token.code());
        assertEnrolled();
        assertThat(requests).containsExactly("Bearer " + token.code() + " POST /api/v1/hosts/" + host + "/keys");
    }

    private void assertEnrolled() throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newInputStream(directory.resolve("enrolment.properties"))) {
            properties.load(in);
        }
        for (String secret : List.of("role-id", "secret-id", "signing-key.json")) {
            assertThat(Files.getPosixFilePermissions(directory.resolve(secret)))
                    .as(secret)
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        assertThat(properties.getProperty("perennial.agent.signing-key-file"))
                .isEqualTo(directory.resolve("signing-key.json").toString());
        CertificateId certificate = CertificateId.next();
        bao.admin(
                "POST",
                "perennial/data/" + SecretPath.hostCopy(host, certificate),
                Map.of("data", Map.of("name", "shop")));
        assertThat(SecretStores.connect(
                                URI.create(properties.getProperty("perennial.vault.address")),
                                Path.of(properties.getProperty("perennial.vault.role-id-file")),
                                Path.of(properties.getProperty("perennial.vault.secret-id-file")),
                                Optional.empty())
                        .read(SecretPath.hostCopy(host, certificate)))
                .isPresent();
    }

    @Test
    void continuesWithTheSameTokenIfTheKeyWasNotRegistered() throws IOException {
        EnrolmentToken token = token();
        status = 503;
        assertThat(run(token.text())).isEqualTo(1);
        assertThat(output)
                .contains("credentials of Vault are stored", "status 503", "run the command again with the same token");
        String secretId = Files.readString(directory.resolve("secret-id"));

        status = 201;
        assertThat(run(token.text())).as(output).isZero();
        status = 200;
        assertThat(run(token.text())).as("complete, and repeated").isZero();

        assertThat(Files.readString(directory.resolve("secret-id"))).isEqualTo(secretId);
        assertEnrolled();
    }

    @Test
    void explainsAnExpiredCode() {
        status = 401;

        assertThat(run(token().text())).isEqualTo(1);

        assertThat(output).contains("expired or was replaced", "enrol the host again with a new token");
    }

    @Test
    void explainsARevokedKey() throws IOException {
        EnrolmentToken token = token();
        status = 409;
        detail = "this key was revoked\nforged line";
        assertThat(run(token.text())).isEqualTo(1);
        assertThat(output)
                .contains("(this key was revoked forged line)", "delete " + directory.resolve("signing-key.json"));

        Files.delete(directory.resolve("signing-key.json"));
        status = 201;
        assertThat(run(token.text())).as(output).isZero();
    }

    @Test
    void storesNothingOfATokenThatAnotherPartyHasOpened() {
        EnrolmentToken token = token();
        new WrappedSecretId(new JsonHttp(ServerTls.ofJdk().context()), token).unwrap();

        assertThat(run(token.text())).isEqualTo(1);

        assertThat(output).contains("ALARM", "perennial host remove");
        assertThat(directory.resolve("secret-id")).doesNotExist();
        assertThat(requests).isEmpty();
    }

    /** A crash after the secret id was opened, and before all of its files were written. */
    @Test
    void completesAnEnrolmentAfterACrashWithANewToken() throws IOException {
        EnrolmentToken first = token();
        assertThat(run(first.text())).isZero();
        SigningKey key = SigningKey.parse(Files.readString(directory.resolve("signing-key.json")));
        for (String last : List.of("secret-id.opened", "role-id", "secret-id")) {
            Files.deleteIfExists(directory.resolve("secret-id.opened"));
            Files.deleteIfExists(directory.resolve("enrolment.properties"));
            Files.deleteIfExists(directory.resolve(last));
            assertThat(run(first.text())).isEqualTo(1);
            assertThat(output).contains("opened by an earlier run of this command", "enrol the host again");

            assertThat(run(token().text())).as(output).isZero();
            assertEnrolled();
        }
        assertThat(SigningKey.parse(Files.readString(directory.resolve("signing-key.json")))
                        .id())
                .as("the registered key stays")
                .isEqualTo(key.id());
    }

    @Test
    void opensNoTokenIfTheDirectoryCannotBeUsed() throws IOException {
        EnrolmentToken token = token();
        Files.writeString(directory, "a file");
        assertThat(run(token.text())).isEqualTo(1);
        assertThat(output).contains("host cannot be written", "was not opened");
        assertThatExceptionOfType(EnrolmentException.class)
                .isThrownBy(() -> new Enrolment(folder.resolve("a b"), Optional.empty(), Optional.empty()).run(token))
                .withMessageContaining("--directory");

        Files.delete(directory);
        assertThat(run(token.text())).as(output).isZero();
    }

    @Test
    void opensNoTokenOfAnotherHostThanTheOneInTheDirectory() throws IOException {
        assertThat(run(token().text())).isZero();
        String secretId = Files.readString(directory.resolve("secret-id"));
        requests.clear();
        EnrolmentToken renamed = token("renamed-" + host);

        assertThat(run(renamed.text())).isEqualTo(1);

        assertThat(output).contains("has the credentials of the host '" + host + "'", "was not opened", "--directory");
        assertThat(Files.readString(directory.resolve("secret-id"))).isEqualTo(secretId);
        assertThat(requests).isEmpty();
        directory = folder.resolve("another");
        assertThat(run(renamed.text())).as(output).isZero();
    }

    /** Of a host whose key was registered by hand, or that an earlier version enrolled. */
    @Test
    void opensNoTokenIfTheDirectoryHasFilesOfAHostThatItDoesNotName() throws IOException {
        assertThat(run(token().text())).isZero();
        Files.delete(directory.resolve("host"));
        String secretId = Files.readString(directory.resolve("secret-id"));
        requests.clear();
        EnrolmentToken token = token();
        for (String file : List.of("role-id", "secret-id", "signing-key.json")) {
            assertThat(run(token.text())).isEqualTo(1);
            assertThat(output).contains(" and no file 'host'", file, "was not opened", "Use an empty --directory");
            if (file.equals("secret-id")) {
                assertThat(Files.readString(directory.resolve(file))).isEqualTo(secretId);
            }
            assertThat(directory.resolve("host")).doesNotExist();
            Files.delete(directory.resolve(file));
        }
        assertThat(requests).isEmpty();

        assertThat(run(token.text())).as(output).isZero();
        assertEnrolled();
    }

    /** An earlier run has failed before it has created the key. */
    @Test
    void usesADirectoryThatNamesAnotherHostOnly() throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("host"), "another\n");

        assertThat(run(token().text())).as(output).isZero();

        assertThat(directory.resolve("host")).hasContent(host);
    }

    @Test
    void usesNoSigningKeyThatOthersCanRead() throws IOException {
        EnrolmentToken token = token();
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("host"), host + "\n");
        Files.writeString(
                directory.resolve("signing-key.json"), SigningKey.generate().privateJwk());

        assertThatIllegalStateException()
                .isThrownBy(() -> new Enrolment(directory, Optional.empty(), Optional.empty()).run(token))
                .withMessageContaining("mode");
        assertThat(directory.resolve("secret-id")).doesNotExist();
    }

    @Test
    void sendsNothingToAVaultWithAnotherRoot() {
        EnrolmentToken token = token();
        EnrolmentToken elsewhere = new EnrolmentToken(
                URI.create("https://127.0.0.1:" + bao.address().getPort()),
                Optional.of("ab".repeat(32)),
                token.api(),
                host,
                token.roleId(),
                token.secretIdToken(),
                token.code());

        assertThat(run(elsewhere.text())).isEqualTo(1);

        assertThat(output).contains("no TLS connection");
        assertThat(directory.resolve("secret-id")).doesNotExist();
        assertThat(requests).isEmpty();
    }

    @Test
    void takesTheTokenFromNoArgument() {
        String token = token().text();

        assertThat(run("", token)).isEqualTo(2);
        assertThat(output).contains("must not be an argument", "usage").doesNotContain(token);
        assertThat(run("", "--nothing", "x")).isEqualTo(2);
        assertThat(run("no token")).isEqualTo(1);
        assertThat(output).contains("not an enrolment token", "perennial host enroll");
    }

    private int run(String stdin, String... arguments) {
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(written, true, StandardCharsets.UTF_8);
        List<String> all = new ArrayList<>(List.of(arguments));
        if (all.isEmpty()) {
            all.addAll(List.of("--directory", directory.toString()));
        }
        int code = new EnrolmentCommand(
                        new ByteArrayInputStream(stdin.getBytes(StandardCharsets.UTF_8)), stream, stream)
                .run(all);
        output = written.toString(StandardCharsets.UTF_8);
        return code;
    }

    private EnrolmentToken token() {
        return token(host);
    }

    private EnrolmentToken token(String host) {
        HostIdentity.Credentials credentials = operator.create(host);
        return new EnrolmentToken(
                bao.address(),
                Optional.empty(),
                URI.create("http://127.0.0.1:" + api.getAddress().getPort()),
                host,
                credentials.roleId(),
                credentials.secretIdToken(),
                "prnh_code-of-" + host);
    }
}
