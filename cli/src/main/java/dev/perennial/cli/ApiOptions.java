package dev.perennial.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The address and the token of the API. The token comes from a file that the caller specifies, otherwise from the login
 * for this address, otherwise from {@code ./perennial up}.
 */
final class ApiOptions {
    static final String TOKEN_FILE = "PERENNIAL_TOKEN_FILE";

    @Mixin
    private ApiAddress address;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file with the bearer token; default: $PERENNIAL_TOKEN_FILE, else the token of 'perennial"
                    + " login' for this address, else the one of './perennial up'")
    private Optional<Path> tokenFile = Optional.empty();

    @Mixin
    private HelpOption help;

    private final ProcessEnvironment environment;
    private final InstantSource clock;

    ApiOptions() {
        this(ProcessEnvironment.current(), InstantSource.system());
    }

    ApiOptions(ProcessEnvironment environment, InstantSource clock) {
        this.environment = environment;
        this.clock = clock;
        this.address = new ApiAddress(environment);
    }

    /**
     * Refreshes the access token of the login if it is about to expire.
     *
     * @throws ApiUnreachableException if no address or no token is configured
     * @throws LoginException if the login has expired
     * @throws ProviderUnreachableException if the identity provider of the login cannot be reached
     */
    ApiClient connect() {
        URI api = address.require();
        return new ApiClient(api, token(api));
    }

    private String token(URI api) {
        Optional<Path> specified =
                tokenFile.or(() -> environment.variable(TOKEN_FILE).map(Path::of));
        if (specified.isPresent()) {
            return read(specified.get());
        }
        LoginFile logins = new LoginFile(environment.configurationFolder());
        return new LoginRefresh(logins, clock).accessToken(api).orElseGet(() -> running(api, logins));
    }

    private String running(URI api, LoginFile logins) {
        Path file = environment.run().resolve("token");
        // The token is for that API only.
        if (Files.exists(file)
                && address.ofRunningStack()
                        .filter(running -> ApiAddress.isSame(running, api))
                        .isPresent()) {
            return read(file);
        }
        throw new ApiUnreachableException(logins.read()
                .map(login -> "the login is for the API at " + login.api() + ", not for " + api
                        + "; run perennial login --api " + api + ", or specify a token file with --token-file or "
                        + TOKEN_FILE)
                .orElse("no token is configured; run perennial login, or specify a token file with --token-file or "
                        + TOKEN_FILE));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new ApiUnreachableException("cannot read " + file + " ("
                    + e.getClass().getSimpleName() + "); specify the token file with --token-file or " + TOKEN_FILE);
        }
    }
}
