package dev.perennial.cli;

import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "logout",
        description = {
            "Revokes the stored login at its identity provider (RFC 7009) and deletes it.",
            "It is deleted even if the revocation fails; the exit code is then 1."
        })
final class LogoutCommand implements Callable<Integer> {
    private static final String DELETED = "the login is deleted here, but its token remains valid until it expires";

    @Spec
    private CommandSpec spec;

    @Mixin
    private HelpOption help;

    private final ProcessEnvironment environment;
    private final InstantSource clock;

    LogoutCommand() {
        this(ProcessEnvironment.current(), InstantSource.system());
    }

    LogoutCommand(ProcessEnvironment environment, InstantSource clock) {
        this.environment = environment;
        this.clock = clock;
    }

    @Override
    public Integer call() {
        LoginFile file = new LoginFile(environment.configurationFolder());
        return file.locked(() -> {
            try {
                return file.read().map(this::revoke).orElseGet(this::nothingStored);
            } finally {
                file.delete();
            }
        });
    }

    private int revoke(StoredLogin login) {
        try {
            OpenIdProvider provider = OpenIdProvider.discover(login.provider(), new ProviderHttp(), clock);
            if (provider.revocationEndpoint().isEmpty()) {
                out().println("the identity provider " + login.provider() + " revokes no tokens; " + DELETED);
            } else {
                revoke(login, provider);
                out().println("the identity provider " + login.provider() + " revoked the login"
                        + remaining(login.tokens()));
            }
            out().flush();
            return ExitCode.OK;
        } catch (ProviderUnreachableException | LoginException e) {
            spec.commandLine().getErr().println("perennial: " + e.getMessage() + "; " + DELETED);
            return ExitCode.FAILED;
        }
    }

    private static void revoke(StoredLogin login, OpenIdProvider provider) {
        Optional<String> refreshToken = login.tokens().refreshToken();
        provider.revoke(
                login.clientId(),
                refreshToken.orElse(login.tokens().accessToken()),
                refreshToken.isPresent() ? "refresh_token" : "access_token");
    }

    /** The API verifies access tokens itself, so that a revocation does not end one that was issued before. */
    private String remaining(TokenResponse tokens) {
        return tokens.expiresAt()
                .filter(time -> clock.instant().isBefore(time))
                .map(time -> "; a copy of its access token would be valid until " + Text.second(time))
                .orElse("");
    }

    private int nothingStored() {
        out().println("no login is stored");
        out().flush();
        return ExitCode.OK;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
