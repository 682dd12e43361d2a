package dev.perennial.cli;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The address and the token of the API. The token comes from a file, by default the one of {@code ./perennial up}. */
final class ApiOptions {
    static final String TOKEN_FILE = "PERENNIAL_TOKEN_FILE";

    @Mixin
    private ApiAddress address;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description =
                    "file with the bearer token; default: $PERENNIAL_TOKEN_FILE, else the one of './perennial up'")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help and exit")
    private boolean help;

    private final ProcessEnvironment environment;

    ApiOptions() {
        this(ProcessEnvironment.current());
    }

    ApiOptions(ProcessEnvironment environment) {
        this.environment = environment;
        this.address = new ApiAddress(environment);
    }

    /** @throws ApiUnreachableException if no address or no token is configured */
    ApiClient connect() {
        URI api = address.require();
        return new ApiClient(api, token());
    }

    private String token() {
        return read(tokenFile
                .or(() -> environment.variable(TOKEN_FILE).map(Path::of))
                .orElseGet(() -> environment.run().resolve("token")));
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
