package dev.perennial.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where the API is and what opens it: by options, else by the environment, else by what {@code ./perennial up} wrote. */
final class ApiOptions {
    static final String ADDRESS = "PERENNIAL_API";
    static final String TOKEN_FILE = "PERENNIAL_TOKEN_FILE";

    @Option(
            names = "--api",
            paramLabel = "URL",
            description = "the order-service; else $PERENNIAL_API, else .run/endpoints.json")
    private Optional<URI> address = Optional.empty();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "holds the bearer token; else $PERENNIAL_TOKEN_FILE, else .run/token")
    private Optional<Path> tokenFile = Optional.empty();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "this text")
    private boolean help;

    ApiClient open() {
        return open(
                System.getenv(),
                Path.of(System.getProperty("perennial.checkout", ".")).resolve(".run"));
    }

    ApiClient open(Map<String, String> environment, Path run) {
        URI api = address.or(() -> set(environment, ADDRESS).map(URI::create))
                .orElseGet(() -> running(run.resolve("endpoints.json")));
        Path token =
                tokenFile.or(() -> set(environment, TOKEN_FILE).map(Path::of)).orElseGet(() -> run.resolve("token"));
        return new ApiClient(api, read(token).strip());
    }

    private static Optional<String> set(Map<String, String> environment, String key) {
        return Optional.ofNullable(environment.get(key)).filter(value -> !value.isBlank());
    }

    private static URI running(Path endpoints) {
        if (!Files.exists(endpoints)) {
            throw new ApiUnreachableException(
                    "where is the API? Nothing is up here (./perennial up), and neither --api nor " + ADDRESS
                            + " tells its address");
        }
        try {
            return URI.create(
                    new JsonMapper().readTree(read(endpoints)).at("/rest/url").asText());
        } catch (IOException e) {
            throw new ApiUnreachableException(endpoints + " cannot be read: " + e.getMessage());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new ApiUnreachableException(
                    file + " cannot be read (" + e.getClass().getSimpleName() + "); name the token's file with"
                            + " --token-file or " + TOKEN_FILE);
        }
    }
}
