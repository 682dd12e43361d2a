package dev.perennial.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The address and the token of the API: from options, otherwise from the environment, otherwise from the files of
 * {@code ./perennial up}.
 */
final class ApiOptions {
    static final String ADDRESS = "PERENNIAL_API";
    static final String TOKEN_FILE = "PERENNIAL_TOKEN_FILE";

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "address of the order-service; default: $PERENNIAL_API, else the one of './perennial up'")
    private Optional<URI> address = Optional.empty();

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

    ApiClient connect() {
        return connect(System.getenv(), Path.of(System.getProperty("perennial.run", ".run")));
    }

    ApiClient connect(Map<String, String> environment, Path run) {
        URI api = address.or(() -> variable(environment, ADDRESS).map(ApiOptions::uri))
                .orElseGet(() -> running(run.resolve("endpoints.json")));
        Path token = tokenFile
                .or(() -> variable(environment, TOKEN_FILE).map(Path::of))
                .orElseGet(() -> run.resolve("token"));
        return new ApiClient(api, read(token).strip());
    }

    private static Optional<String> variable(Map<String, String> environment, String key) {
        return Optional.ofNullable(environment.get(key)).filter(value -> !value.isBlank());
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw new ApiUnreachableException(ADDRESS + " is not a URL: " + text);
        }
    }

    private static URI running(Path endpoints) {
        if (!Files.exists(endpoints)) {
            throw new ApiUnreachableException("no address of the API is configured; start an installation with"
                    + " './perennial up', or specify one with --api or " + ADDRESS);
        }
        try {
            return URI.create(
                    new JsonMapper().readTree(read(endpoints)).at("/rest/url").asText());
        } catch (IOException e) {
            throw new ApiUnreachableException("cannot read " + endpoints + ": " + e.getMessage());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ApiUnreachableException("cannot read " + file + " ("
                    + e.getClass().getSimpleName() + "); specify the token file with --token-file or " + TOKEN_FILE);
        }
    }
}
