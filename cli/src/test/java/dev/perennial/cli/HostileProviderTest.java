package dev.perennial.cli;

import static dev.perennial.cli.FakeIdentityProvider.device;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.perennial.cli.FakeIdentityProvider.Answer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers of an identity provider that is misconfigured or hostile end the login with one sentence. */
class HostileProviderTest extends LoginSetup {
    private static final String CONFIGURATION = "/.well-known/openid-configuration";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sso.test/realms/corp",
                "http://127.0.0.1.sso.test",
                "http://10.0.0.1",
                "ftp://127.0.0.1",
                "https:///corp",
                "https://user@sso.test",
                "https://sso.test/#corp",
                "https://sso.test:70000",
                "https://sso.test?a=b",
                "sso.test",
                "not a url"
            })
    void refusesAProviderAtAnAddressThatIsNotSecure(String url) {
        assertThat(execute("login", "--provider", url, "--client-id", "perennial-cli"))
                .isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence("the identity provider " + url);
        assertThat(output).contains("; correct it, and run perennial login again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://sso.test/corp", "HTTPS://sso.test", "http://[::1]:8080", "http://LOCALHOST/corp"})
    void acceptsHttpsAndLoopbackAddresses(String url) {
        assertThat(SecureUrl.parse("the identity provider", url)).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"device_authorization_endpoint", "token_endpoint", "revocation_endpoint"})
    void refusesAnEndpointThatIsNotSecure(String endpoint) {
        provider.configuration(Map.of(endpoint, "http://sso.test/endpoint"));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence(endpoint + " http://sso.test/endpoint does not use https");
        assertThat(provider.requests).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"verification_uri", "verification_uri_complete"})
    void refusesAVerificationAddressThatIsNotSecure(String field) {
        answerDevice(device(", \"" + field + "\": \"http://sso.test/device\""));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence(field + " http://sso.test/device does not use https");
    }

    @Test
    void refusesAnotherIssuer() {
        provider.configuration(Map.of("issuer", provider.issuer() + "/"));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence("the identity provider at " + provider.issuer() + " names the issuer " + provider.issuer()
                + "/; specify the exact issuer with --provider");
        assertThat(provider.requests).isEmpty();
    }

    @Test
    void readsTheConfigurationOfAnIssuerWithASlash() {
        provider.configuration(Map.of("issuer", provider.issuer() + "/", "device_authorization_endpoint", ""));

        assertThat(execute("login", "--provider", provider.issuer() + "/", "--client-id", "perennial-cli"))
                .isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence("does not offer the device authorization grant");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | <html></html> | with a body that is not a JSON object",
                "200 | [] | with a body that is not a JSON object",
                "404 | not found | with a body that is not a JSON object",
                "404 | {\"error\": \"x\"} | HTTP status 404 instead of its configuration",
                "302 | {} | HTTP status 302 instead of its configuration",
                "200 | {} | without the field issuer",
                "200 | {\"issuer\": [1]} | with a field issuer that is not text",
            })
    void refusesAConfigurationThatIsNotValid(int status, String body, String problem) {
        provider.answers.put(CONFIGURATION, new Answer(status, body));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence(problem);
        assertThat(output).contains("; check --provider and the configuration of the provider");
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, "/device", "/token"})
    void readsAtMostOneMebibyte(String path) {
        provider.answers.put(path, new Answer(200, "{\"issuer\": \"" + "a".repeat(1 << 20) + "\"}"));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("with more than 1 MiB; check --provider").hasSizeLessThan(1_000);
        assertThat(pauses).hasSizeLessThan(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"device_code\": 7 | with a field device_code that is not text",
                "\"device_code\": \"\" | without the field device_code",
                "\"user_code\": {} | with a field user_code that is not text",
                "\"user_code\": null | without the field user_code",
                "\"verification_uri\": null | without the field verification_uri",
                "\"verification_uri_complete\": 1 | with a field verification_uri_complete that is not text",
                "\"verification_uri\": \"javascript:alert(1)\" | is not an absolute URL",
                "\"expires_in\": null | without the field expires_in",
                "\"expires_in\": \"600\" | with a field expires_in that is not a whole number of seconds",
                "\"expires_in\": 1e99 | with a field expires_in that is not a whole number of seconds",
                "\"expires_in\": 99999999999999999999 | with a field expires_in that is not a whole number of seconds",
                "\"expires_in\": 0 | with a code that has already expired",
                "\"interval\": \"5\" | with a field interval that is not a whole number of seconds",
                "\"interval\": 1.5 | with a field interval that is not a whole number of seconds",
                "\"interval\": 600 | with an interval that is longer than the lifetime of the code",
                "\"interval\": 9223372036854775807 | with an interval that is longer than the lifetime of the code",
            })
    void refusesADeviceAuthorizationThatIsNotValid(String field, String problem) {
        answerDevice(device(", " + field));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence(problem);
        assertThat(pauses).isEmpty();
    }

    @Test
    void refusesAUserCodeThatIsTooLong() {
        answerDevice(device(", \"user_code\": \"" + "A".repeat(65) + "\""));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertIsOneSentence("with a user_code of more than 64 characters");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "200 | {\"token_type\": \"Bearer\"} | without the field access_token",
                "200 | {\"access_token\": \"secret\"} | without the field token_type",
                "200 | {\"access_token\": \"secret\", \"token_type\": \"DPoP\"} | with a token that is not a bearer token",
                "200 | {\"access_token\": [\"secret\"], \"token_type\": \"bearer\"} | with a field access_token that is not text",
                "200 | {\"access_token\": \"secret\\r\\nHost: a\", \"token_type\": \"bearer\"} | with characters in the access token",
                "200 | {\"access_token\": \"secret\", \"token_type\": \"bearer\", \"expires_in\": -1} | has already expired",
                "200 | {\"access_token\": \"secret\", \"token_type\": \"bearer\", \"expires_in\": \"1\"} | not a whole number",
                "200 | {\"access_token\": \"secret\", \"token_type\": \"bearer\", \"refresh_token\": 5} | not text",
                "200 | secret | with a body that is not a JSON object",
                "400 | {} | without the field error",
                "400 | {\"error\": \"SECRET-1\"} | refused the login: an error code that is not valid",
            })
    void refusesATokenResponseThatIsNotValid(int status, String body, String problem) {
        provider.answers.put("/token", new Answer(status, body));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains(problem).doesNotContainIgnoringCase("secret");
        assertThat(file().path()).doesNotExist();
        assertThat(pauses).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {CONFIGURATION, "/device", "/token"})
    void followsNoRedirect(String path) {
        provider.answers.put(path, new Answer(307, "{\"error\": \"moved\"}"));
        provider.answers.put("/elsewhere", provider.answers.get(CONFIGURATION));

        assertThat(logIn()).isEqualTo(ExitCode.UNUSABLE);

        assertThat(provider.forms("/elsewhere")).isEmpty();
        assertThat(output).containsAnyOf("HTTP status 307", "moved");
    }

    @Test
    void waitsForTheEndOfAnAnswerForALimitedTime() {
        CountDownLatch end = new CountDownLatch(1);
        provider.answersSlowly("/slow", end);
        ProviderHttp http = new ProviderHttp(Duration.ofMillis(300));
        URI slow = URI.create(provider.issuer() + "/slow");

        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> assertThatThrownBy(() -> http.get(slow))
                .isInstanceOf(ProviderUnreachableException.class)
                .hasMessage("cannot reach the identity provider at " + slow + ": no complete answer within 300 ms"));
        end.countDown();
    }

    @Test
    void boundsTheLifetimeOfAnAccessToken() {
        provider.answers.put(
                "/token",
                new Answer(
                        200,
                        "{\"access_token\": \"a\", \"token_type\": \"bearer\", \"expires_in\": 9223372036854775807}"));

        assertThat(logIn()).isZero();

        assertThat(output).contains("is valid until 2027-11-23T12:00:05Z\n");
    }

    private void assertIsOneSentence(String problem) {
        assertThat(output).contains(problem);
        assertThat(output.lines().filter(line -> !line.startsWith("perennial: ")))
                .isEmpty();
        assertThat(output.lines()).hasSize(1);
    }

    private void answerDevice(String body) {
        provider.answers.put("/device", new Answer(200, body));
    }
}
