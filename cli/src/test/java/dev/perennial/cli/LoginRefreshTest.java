package dev.perennial.cli;

import static dev.perennial.cli.FakeIdentityProvider.LOST;
import static dev.perennial.cli.FakeIdentityProvider.error;
import static dev.perennial.cli.FakeIdentityProvider.tokens;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.cli.FakeIdentityProvider.Answer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands with the token of the stored login. */
class LoginRefreshTest extends LoginSetup {
    private static final Answer NOT_ROTATED =
            new Answer(200, "{\"access_token\": \"access-2\", \"token_type\": \"Bearer\", \"expires_in\": 300}");

    @Test
    void sendsTheTokenOfTheLoginToItsApi() {
        store(login(NOW.plusSeconds(31)));

        assertThat(execute("token", "self")).isZero();

        assertThat(sentTokens()).containsExactly("access-1");
        assertThat(provider.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://localhost:PORT", "https://127.0.0.1:PORT", "http://127.0.0.1:1", "http://127.0.0.1"})
    void sendsTheTokenToNoOtherApi(String other) {
        store(loginFor(other.replace("PORT", String.valueOf(port()))));

        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output)
                .contains("the login is for the API at " + stored().api() + ", not for " + address()
                        + "; run perennial login --api " + address() + ", or specify a token file");
        assertThat(requests).isEmpty();
    }

    @Test
    void recognizesItsApiWithAnotherPathAndCase() {
        store(loginFor("HTTP://127.0.0.1:" + port() + "/"));

        assertThat(execute("token", "self")).isZero();

        assertThat(sentTokens()).containsExactly("access-1");
    }

    @Test
    void recognizesDefaultPorts() {
        assertThat(loginFor("https://perennial.test").isFor(URI.create("https://PERENNIAL.test:443/api")))
                .isTrue();
        assertThat(loginFor("http://perennial.test:80").isFor(URI.create("http://perennial.test")))
                .isTrue();
        assertThat(loginFor("http://perennial.test:443").isFor(URI.create("https://perennial.test")))
                .isFalse();
    }

    @Test
    void usesTheTokenOfTheStackForItsApi() throws Exception {
        store(loginFor("https://perennial.test"));
        writeStackToken(address());

        assertThat(execute("token", "self")).isZero();

        assertThat(sentTokens()).containsExactly("from-run");
    }

    @Test
    void sendsTheTokenOfTheStackToNoOtherApi() throws Exception {
        writeStackToken("http://127.0.0.1:1");

        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(requests).isEmpty();
    }

    @Test
    void prefersTokenFilesToTheLoginAndTheLoginToTheStack() throws Exception {
        store(login(NOW.plusSeconds(300)));
        writeStackToken(address());
        Path option = Files.writeString(dir.resolve("option"), "from-option\n");

        execute("token", "self");
        variables.put("PERENNIAL_TOKEN_FILE", dir.resolve("token").toString());
        execute("token", "self");
        execute("token", "self", "--token-file", option.toString());

        assertThat(sentTokens()).containsExactly("access-1", "secret", "from-option");
    }

    @Test
    void saysThatNoTokenIsConfigured() {
        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("no token is configured; run perennial login, or specify a token file");
    }

    @Test
    void refreshesATokenThatExpiresWithinThirtySeconds() {
        store(login(NOW.plusSeconds(30)));
        provider.tokenAnswers.add(tokens("access-2", "refresh-2"));

        assertThat(execute("token", "self")).isZero();

        assertThat(sentTokens()).containsExactly("access-2");
        assertThat(provider.forms("/token"))
                .containsExactly(Map.of(
                        "grant_type", "refresh_token", "refresh_token", "refresh-1", "client_id", "perennial-cli"));
        assertThat(stored())
                .isEqualTo(login(NOW)
                        .with(new TokenResponse(
                                "access-2", Optional.of("refresh-2"), Optional.of(NOW.plusSeconds(300)))));
        assertThat(output).doesNotContain("access", "refresh");
    }

    @Test
    void usesARotatedRefreshTokenNextTime() {
        store(login(NOW));
        provider.tokenAnswers.addAll(List.of(tokens("access-2", "refresh-2"), tokens("access-3", "refresh-3")));

        execute("token", "self");
        time = NOW.plusSeconds(290);
        execute("token", "self");

        assertThat(provider.forms("/token"))
                .extracting(form -> form.get("refresh_token"))
                .containsExactly("refresh-1", "refresh-2");
        assertThat(sentTokens()).containsExactly("access-2", "access-3");
    }

    @Test
    void keepsARefreshTokenThatIsNotRotated() {
        store(login(NOW));
        provider.tokenAnswers.add(NOT_ROTATED);

        assertThat(execute("token", "self")).isZero();

        assertThat(stored().tokens().refreshToken()).contains("refresh-1");
        assertThat(stored().tokens().accessToken()).isEqualTo("access-2");
    }

    @Test
    void saysThatTheLoginHasExpired() {
        store(login(NOW));
        provider.tokenAnswers.add(new Answer(400, """
            {"error": "invalid_grant", "error_description": "refresh-1 has been used before"}\
            """));

        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output)
                .isEqualTo("perennial: the login has expired; run perennial login (the identity provider "
                        + provider.issuer() + " answered invalid_grant)\n");
        assertThat(requests).isEmpty();
    }

    @Test
    void saysThatTheProviderCannotBeReachedAndKeepsTheLogin() {
        store(login(NOW));
        provider.tokenAnswers.addAll(List.of(LOST, error("temporarily_unavailable")));

        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output)
                .contains("perennial: cannot reach the identity provider at " + provider.issuer() + "/token: ")
                .contains("; check the network and the provider, and try again");

        provider.close();
        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("perennial: cannot reach the identity provider at " + provider.issuer());
        assertThat(stored()).isEqualTo(login(NOW));
    }

    @Test
    void usesATokenWithoutARefreshTokenUntilItExpires() {
        store(login(NOW).with(new TokenResponse("access-1", Optional.empty(), Optional.of(NOW.plusSeconds(1)))));

        assertThat(execute("token", "self")).isZero();
        time = NOW.plusSeconds(1);
        assertThat(execute("token", "self")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("the login has expired; run perennial login");
        assertThat(sentTokens()).containsExactly("access-1");
    }

    @Test
    void usesATokenOfUnknownLifetime() {
        store(login(NOW).with(new TokenResponse("access-1", Optional.of("refresh-1"), Optional.empty())));

        assertThat(execute("token", "self")).isZero();

        assertThat(provider.requests).isEmpty();
    }

    /**
     * The first process is between its request and the answer when the second one needs the token. Without the lock, or
     * without reading the file again, the second one would send the same refresh token.
     */
    @Test
    void twoProcessesUseARefreshTokenOnce() throws Exception {
        time = Instant.now();
        store(login(time));
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        provider.beforeTokenAnswer = request -> {
            first.countDown();
            second.countDown();
            await(second, 700);
        };
        provider.tokenAnswers.addAll(List.of(tokens("access-2", "refresh-2"), error("invalid_grant")));
        Process process = otherProcess("token", "self");
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            assertThat(first.await(60, TimeUnit.SECONDS)).isTrue();

            int code = CompletableFuture.supplyAsync(() -> execute("token", "self"), executor)
                    .get(60, TimeUnit.SECONDS);

            assertThat(code).as(output).isZero();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
        assertThat(provider.forms("/token")).hasSize(1);
        assertThat(sentTokens()).containsExactly("access-2", "access-2");
    }

    private static void await(CountDownLatch latch, long milliseconds) {
        try {
            latch.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Process otherProcess(String... arguments) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("PERENNIAL_TOKEN_FILE");
        builder.environment().put("PERENNIAL_API", address());
        builder.environment().put("XDG_CONFIG_HOME", dir.resolve(".config").toString());
        return builder.inheritIO().start();
    }

    private StoredLogin loginFor(String api) {
        return new StoredLogin(
                provider.issuer(),
                "perennial-cli",
                "openid",
                URI.create(api),
                login(NOW.plusSeconds(300)).tokens());
    }

    private void writeStackToken(String api) throws Exception {
        Files.writeString(Files.createDirectory(dir.resolve(".run")).resolve("token"), "from-run\n");
        Files.writeString(dir.resolve(".run").resolve("endpoints.json"), "{\"rest\": {\"url\": \"" + api + "\"}}");
    }
}
