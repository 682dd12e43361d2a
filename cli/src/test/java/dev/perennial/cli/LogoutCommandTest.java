package dev.perennial.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.cli.FakeIdentityProvider.Answer;
import java.nio.file.Files;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LogoutCommandTest extends LoginSetup {
    private static final String REMAINS = "the login is deleted here, but its token remains valid until it expires";

    @Test
    void revokesTheRefreshTokenAndDeletesTheLogin() {
        store(login(NOW.plusSeconds(60)));

        assertThat(execute("logout")).isZero();

        assertThat(provider.forms("/revoke"))
                .containsExactly(
                        Map.of("token", "refresh-1", "token_type_hint", "refresh_token", "client_id", "perennial-cli"));
        assertThat(file().path()).doesNotExist();
        assertThat(output)
                .isEqualTo("the identity provider " + provider.issuer()
                        + " revoked the login; a copy of its access token would be valid until 2026-11-22T12:01:00Z\n");
    }

    @Test
    void revokesTheAccessTokenIfThereIsNoOther() {
        store(login(NOW).with(new TokenResponse("access-1", Optional.empty(), Optional.empty())));

        assertThat(execute("logout")).isZero();

        assertThat(provider.forms("/revoke"))
                .containsExactly(
                        Map.of("token", "access-1", "token_type_hint", "access_token", "client_id", "perennial-cli"));
    }

    @Test
    void deletesTheLoginIfTheProviderCannotBeReached() {
        store(login(NOW.plusSeconds(60)));
        provider.close();

        assertThat(execute("logout")).isEqualTo(ExitCode.FAILED);

        assertThat(output).contains("cannot reach the identity provider at " + provider.issuer(), "; " + REMAINS);
        assertThat(file().path()).doesNotExist();
    }

    @Test
    void deletesTheLoginIfTheProviderRevokesNothing() {
        store(login(NOW.plusSeconds(60)));
        provider.configuration(Map.of("revocation_endpoint", ""));

        assertThat(execute("logout")).isZero();

        assertThat(output).contains("revokes no tokens; " + REMAINS);
        assertThat(file().path()).doesNotExist();
    }

    @Test
    void deletesTheLoginIfTheProviderRefuses() {
        store(login(NOW.plusSeconds(60)));
        provider.answers.put(
                "/revoke",
                new Answer(400, "{\"error\": \"invalid_client\", \"error_description\": \"refresh-1 is unknown\"}"));

        assertThat(execute("logout")).isEqualTo(ExitCode.FAILED);

        assertThat(output)
                .isEqualTo(
                        "perennial: the identity provider refused the revocation: invalid_client; " + REMAINS + "\n");
        assertThat(file().path()).doesNotExist();
    }

    @Test
    void deletesALoginThatCannotBeRead() throws Exception {
        Files.writeString(Files.createDirectories(folder()).resolve("login.json"), "secret");

        assertThat(execute("logout")).isEqualTo(ExitCode.UNUSABLE);

        assertThat(output).contains("cannot read the login in").doesNotContain("secret");
        assertThat(file().path()).doesNotExist();
    }

    @Test
    void doesNothingWithoutALogin() {
        assertThat(execute("logout")).isZero();

        assertThat(output).isEqualTo("no login is stored\n");
        assertThat(provider.requests).isEmpty();
    }
}
