package dev.perennial.cli;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import picocli.CommandLine;

/** Runs commands with a fake API, a fake identity provider and a clock that only the pauses of a login advance. */
abstract class LoginSetup extends FakeApiSetup {
    static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    final Map<String, String> variables = new TreeMap<>();
    final List<Duration> pauses = new ArrayList<>();
    FakeIdentityProvider provider;
    volatile Instant time = NOW;

    private final InstantSource clock = () -> time;

    @BeforeEach
    void startProvider() throws IOException {
        provider = new FakeIdentityProvider();
        variables.put("PERENNIAL_API", address());
        responses.put("GET /api/v1/access/self", """
            {"principal": "user:8f4c@corp", "grants": [{"role": "requester", "owners": ["shop"]}]}\
            """);
    }

    @AfterEach
    void stopProvider() {
        provider.close();
    }

    LoginFile file() {
        return new LoginFile(environment().configurationFolder());
    }

    void store(StoredLogin login) {
        file().locked(() -> {
            file().write(login);
            return login;
        });
    }

    StoredLogin stored() {
        return file().read().orElseThrow();
    }

    /** A login for the fake API whose access token expires at this time. */
    StoredLogin login(Instant expiresAt) {
        return new StoredLogin(
                provider.issuer(),
                "perennial-cli",
                "openid",
                URI.create(address()),
                new TokenResponse("access-1", Optional.of("refresh-1"), Optional.of(expiresAt)));
    }

    ProcessEnvironment environment() {
        return new ProcessEnvironment(variables, dir, dir.resolve(".run"));
    }

    /** Runs a command without further arguments. */
    int execute(String... arguments) {
        StringWriter written = new StringWriter();
        CommandLine command = Main.commandLine(written, written, new Factory());
        int code = command.execute(arguments);
        command.getOut().flush();
        command.getErr().flush();
        output = written.toString();
        return code;
    }

    int logIn(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("login", "--provider", provider.issuer(), "--client-id", "perennial-cli"));
        all.addAll(List.of(arguments));
        return execute(all.toArray(String[]::new));
    }

    /** The tokens that the API received. */
    List<String> sentTokens() {
        return requests.stream().map(call -> call.split(" ")[1]).toList();
    }

    Path folder() {
        return dir.resolve(".config").resolve("perennial");
    }

    private void pause(Duration interval) {
        pauses.add(interval);
        time = time.plus(interval);
    }

    private final class Factory implements CommandLine.IFactory {
        @Override
        public <K> K create(Class<K> type) throws Exception {
            if (type == LoginCommand.class) {
                return type.cast(new LoginCommand(environment(), clock, LoginSetup.this::pause));
            }
            if (type == LogoutCommand.class) {
                return type.cast(new LogoutCommand(environment(), clock));
            }
            if (type == ApiOptions.class) {
                return type.cast(new ApiOptions(environment(), clock));
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
