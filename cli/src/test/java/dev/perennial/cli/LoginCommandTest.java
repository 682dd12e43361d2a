package dev.perennial.cli;

import static dev.perennial.cli.FakeIdentityProvider.LOST;
import static dev.perennial.cli.FakeIdentityProvider.device;
import static dev.perennial.cli.FakeIdentityProvider.error;
import static dev.perennial.cli.FakeIdentityProvider.tokens;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.cli.FakeIdentityProvider.Answer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The device flow. */
class LoginCommandTest extends LoginSetup {
    private static final Answer PENDING = error("authorization_pending");

    @Test
    void logsInAndStoresTheLogin() {
        provider.tokenAnswers.addAll(List.of(PENDING, PENDING, tokens("access-1", "refresh-1")));

        assertThat(logIn("--scope", "openid offline_access")).isZero();

        assertThat(provider.requests)
                .containsExactly(
                        new FakeIdentityProvider.Request(
                                "/device", Map.of("client_id", "perennial-cli", "scope", "openid offline_access")),
                        tokenRequest(),
                        tokenRequest(),
                        tokenRequest());
        assertThat(stored())
                .isEqualTo(new StoredLogin(
                        provider.issuer(),
                        "perennial-cli",
                        "openid offline_access",
                        URI.create(address()),
                        new TokenResponse(
                                "access-1", Optional.of("refresh-1"), Optional.of(NOW.plusSeconds(15 + 300)))));
        assertThat(sentTokens()).containsExactly("access-1");
    }

    private static FakeIdentityProvider.Request tokenRequest() {
        return new FakeIdentityProvider.Request(
                "/token",
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "device_code",
                        "secret-device-code",
                        "client_id",
                        "perennial-cli"));
    }

    @Test
    void printsTheAddressesTheCodeTheValidityAndTheGrants() {
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        logIn();

        assertThat(output).isEqualTo("""
            open https://sso.test/device?user_code=WDJB-MJHT
            or open https://sso.test/device and enter the code WDJB-MJHT
            waiting for the approval, until 2026-11-22T12:10:00Z
            the login for the API at %s is stored in %s/login.json; its access token is valid until 2026-11-22T12:05:05Z \
            and is refreshed automatically
            user:8f4c@corp: requester of owner shop
            """.formatted(address(), folder()));
    }

    @Test
    void printsThePlainAddressAloneIfThereIsNoOther() {
        answerDevice(
                "{\"device_code\": \"d\", \"user_code\": \"A\\n\\u001bB\", \"verification_uri\": \"https://sso.test/d\","
                        + " \"expires_in\": 600}");
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        logIn();

        assertThat(output).startsWith("open https://sso.test/d and enter the code A\\n\\u001bB\nwaiting");
    }

    @Test
    void printsAndKeepsNoOtherSecret() throws Exception {
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        logIn();

        assertThat(output).doesNotContain("access-1", "refresh-1", "secret");
        assertThat(Files.readString(file().path()))
                .contains("access-1", "refresh-1")
                .doesNotContain("secret");
    }

    @Test
    void pollsEveryFiveSecondsByDefaultAndSlowsDownOnRequest() {
        provider.tokenAnswers.addAll(List.of(PENDING, error("slow_down"), PENDING, tokens("access-1", "refresh-1")));

        assertThat(logIn()).isZero();

        assertThat(pauses).containsExactly(ofSeconds(5), ofSeconds(5), ofSeconds(10), ofSeconds(10));
    }

    @Test
    void pollsAtTheIntervalOfTheProvider() {
        answerDevice(device(", \"interval\": 7"));
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        assertThat(logIn()).isZero();

        assertThat(pauses).containsExactly(ofSeconds(7));
    }

    @Test
    void pollsAtMostOnceASecond() {
        answerDevice(device(", \"interval\": -3"));
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        assertThat(logIn()).isZero();

        assertThat(pauses).containsExactly(ofSeconds(1));
    }

    @Test
    void pollsLessOftenAfterALostConnectionOrAnOutage() {
        provider.tokenAnswers.addAll(
                List.of(LOST, new Answer(503, "<html>"), LOST, LOST, LOST, PENDING, tokens("access-1", "refresh-1")));

        assertThat(logIn()).isZero();

        assertThat(pauses).extracting(Duration::toSeconds).containsExactly(5L, 10L, 20L, 40L, 45L, 50L, 50L);
    }

    @Test
    void endsIfThePersonDeniesTheLogin() {
        provider.tokenAnswers.addAll(List.of(PENDING, error("access_denied")));

        assertThat(logIn()).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("perennial: the login was denied at the identity provider; run perennial login");
        assertThat(file().path()).doesNotExist();
    }

    @Test
    void endsIfTheProviderSaysThatTheCodeExpired() {
        provider.tokenAnswers.add(error("expired_token"));

        assertThat(logIn()).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("the code expired before the login was approved; run perennial login again");
        assertThat(pauses).hasSize(1);
    }

    @Test
    void endsWhenTheCodeExpires() {
        answerDevice(device(", \"expires_in\": 21"));
        provider.answers.put("/token", PENDING);

        assertThat(logIn()).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("the code expired before the login was approved; run perennial login again");
        assertThat(pauses).hasSize(4);
    }

    @Test
    void namesTheOutageDuringWhichTheCodeExpired() {
        provider.answers.put("/token", LOST);

        assertThat(logIn()).isEqualTo(ExitCode.FAILED);

        assertThat(output)
                .contains("the code expired before the login was approved (last attempt: cannot reach the identity"
                        + " provider at " + provider.issuer() + "/token: ");
    }

    @Test
    void waitsForAtMostHalfAnHour() {
        answerDevice(device(", \"expires_in\": 9000000000000, \"interval\": 60"));
        provider.answers.put("/token", PENDING);

        assertThat(logIn()).isEqualTo(ExitCode.FAILED);

        assertThat(pauses).hasSize(29);
    }

    @Test
    void endsOnAnyOtherErrorAndNamesIt() {
        provider.tokenAnswers.add(new Answer(401, """
            {"error": "invalid_client", "error_description": "secret-device-code is of another client"}\
            """));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output)
                .contains("the identity provider refused the login: invalid_client; check the client")
                .doesNotContain("secret");
    }

    @Test
    void saysWhyTheProviderRefusesTheDeviceFlow() {
        provider.answers.put("/device", new Answer(401, """
            {"error": "unauthorized_client", "error_description": "The flow is disabled for the client."}\
            """));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output)
                .contains("the identity provider refused the login: unauthorized_client (The flow is disabled for the"
                        + " client.); check --client-id and --scope");
    }

    @Test
    void saysThatTheProviderHasNoDeviceFlow() {
        provider.configuration(Map.of("device_authorization_endpoint", ""));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("does not offer the device authorization grant (RFC 8628); enable it");
    }

    @Test
    void saysThatTheProviderCannotBeReached() {
        provider.close();

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output)
                .contains("perennial: cannot reach the identity provider at " + provider.issuer())
                .contains("; check the network and the provider, and try again");
    }

    @Test
    void requiresAnAddressOfTheApiBeforeTheLogin() {
        variables.remove("PERENNIAL_API");

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("no address of the API is configured");
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void requiresAProviderAndAClient() {
        assertThat(execute("login")).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("specify one with --provider or PERENNIAL_LOGIN_PROVIDER");

        assertThat(execute("login", "--provider", provider.issuer())).isEqualTo(ExitCode.UNUSABLE);
        assertThat(output).contains("specify one with --client-id or PERENNIAL_LOGIN_CLIENT");
    }

    @Test
    void readsTheProviderAndTheClientFromTheEnvironment() {
        variables.put("PERENNIAL_LOGIN_PROVIDER", provider.issuer());
        variables.put("PERENNIAL_LOGIN_CLIENT", "from-environment");
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        assertThat(execute("login")).isZero();

        assertThat(provider.forms("/device"))
                .containsExactly(Map.of("client_id", "from-environment", "scope", "openid"));
    }

    @Test
    void repeatsTheLastLoginWithoutOptions() {
        variables.remove("PERENNIAL_API");
        store(new StoredLogin(
                provider.issuer(),
                "last-client",
                "openid groups",
                URI.create(address()),
                new TokenResponse("old", Optional.empty(), Optional.empty())));
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        assertThat(execute("login")).isZero();

        assertThat(provider.forms("/device"))
                .containsExactly(Map.of("client_id", "last-client", "scope", "openid groups"));
        assertThat(sentTokens()).containsExactly("access-1");
        assertThat(stored().tokens().refreshToken()).contains("refresh-1");
    }

    @Test
    void usesTheClientOfTheLastLoginForItsProviderOnly() {
        store(new StoredLogin(
                "https://other.test",
                "last-client",
                "openid groups",
                URI.create(address()),
                new TokenResponse("old", Optional.empty(), Optional.empty())));

        assertThat(execute("login", "--provider", provider.issuer())).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("specify one with --client-id");
    }

    @Test
    void replacesALoginThatCannotBeRead() throws Exception {
        Path file = Files.createDirectories(folder()).resolve("login.json");
        Files.writeString(file, "{\"provider\": 1");
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));

        assertThat(logIn()).isZero();

        assertThat(stored().tokens().accessToken()).isEqualTo("access-1");
    }

    @Test
    void keepsTheLoginIfTheApiRefusesIt() {
        provider.tokenAnswers.add(tokens("access-1", "refresh-1"));
        status = 401;
        responses.put("GET /api/v1/access/self", "{\"title\": \"Unauthorized\", \"detail\": \"no valid token\"}");

        assertThat(logIn()).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("is stored in", "perennial: Unauthorized: no valid token");
        assertThat(stored().tokens().accessToken()).isEqualTo("access-1");
    }

    private void answerDevice(String body) {
        provider.answers.put("/device", new Answer(200, body));
    }

    @Test
    void sendsTheTokenToNoApiWithoutTls() {
        variables.put("PERENNIAL_API", "http://perennial.example.com");

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("the address of the API", "does not use https");
        assertThat(requests).isEmpty();
    }
}
