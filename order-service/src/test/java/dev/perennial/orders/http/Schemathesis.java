package dev.perennial.orders.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** Sends generated requests, valid and not, to a service, and compares its responses with its API description. */
final class Schemathesis {
    private static final int SEED = 11;
    private static final int EXAMPLES = 5;
    private static final String PROBABILITY = "0.7";
    private static final long LIMIT_SECONDS = 420;

    /**
     * @param output contains each failure with a curl command to repeat it
     * @param found the paths of the GET requests that were answered with 200
     */
    record Result(int exitCode, String output, Set<String> found) {}

    private Schemathesis() {}

    /**
     * @param existing values of path and query parameters, for example {@code path.id}, by a regular expression of the path; most
     *     requests use them, the others use generated values
     */
    static Result run(URI description, String token, Map<String, Map<String, String>> existing, Path folder)
            throws IOException, InterruptedException {
        StringBuilder settings = new StringBuilder("""
            [checks.not_a_server_error]
            # Vault and the CA are not available here; the description has this status.
            expected-statuses = ["2xx", "3xx", "4xx", 503]
            """);
        int number = 0;
        for (var operations : existing.entrySet()) {
            StringBuilder bindings = new StringBuilder();
            for (var parameter : operations.getValue().entrySet()) {
                String dictionary = "d" + number++;
                settings.append("[dictionaries.%s]\nvalues = [\"%s\"]\n".formatted(dictionary, parameter.getValue()));
                bindings.append("\"%s\" = { dictionary = \"%s\", probability = %s }\n"
                        .formatted(parameter.getKey(), dictionary, PROBABILITY));
            }
            settings.append("[[operations]]\ninclude-path-regex = '%s'\n[operations.parameters]\n%s"
                    .formatted(operations.getKey(), bindings));
        }
        Path config = Files.writeString(folder.resolve("schemathesis.toml"), settings);
        Path archive = folder.resolve("schemathesis.har");
        Path log = folder.resolve("schemathesis.log");
        ProcessBuilder builder = new ProcessBuilder(
                        "python3",
                        "-m",
                        "schemathesis.cli",
                        "--config-file",
                        config.toString(),
                        "run",
                        description.toString(),
                        "--header",
                        "Authorization: Bearer " + token,
                        "--checks",
                        "not_a_server_error,status_code_conformance,content_type_conformance,"
                                + "response_headers_conformance,response_schema_conformance",
                        "--phases",
                        "coverage,fuzzing",
                        "--max-examples",
                        String.valueOf(EXAMPLES),
                        "--seed",
                        String.valueOf(SEED),
                        "--no-color",
                        "--no-shrink",
                        "--generation-database",
                        "none",
                        "--suppress-health-check",
                        "all",
                        "--request-timeout",
                        "60",
                        "--report-har-path",
                        archive.toString())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("PYTHONPATH", installed().toString());
        Process process = builder.start();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("Schemathesis did not end in " + LIMIT_SECONDS + " s:\n" + Files.readString(log));
        }
        return new Result(process.exitValue(), Files.readString(log), found(archive));
    }

    private static Set<String> found(Path archive) throws IOException {
        Set<String> found = new TreeSet<>();
        for (JsonNode entry : EventCodec.mapper().readTree(archive.toFile()).at("/log/entries")) {
            if (entry.at("/request/method").asText().equals("GET")
                    && entry.at("/response/status").asInt() == 200) {
                found.add(entry.at("/request/url")
                        .asText()
                        .replaceFirst("^[a-z]+://[^/]*", "")
                        .replaceFirst("\\?.*", ""));
            }
        }
        return found;
    }

    private static Path installed() throws IOException {
        Properties versions = new Properties();
        try (var file = Files.newBufferedReader(Path.of("..", "testing", "testbed", "parts", "versions.env"))) {
            versions.load(file);
        }
        String cache = System.getenv("XDG_CACHE_HOME");
        Path installed = (cache == null || cache.isBlank()
                        ? Path.of(System.getProperty("user.home"), ".cache")
                        : Path.of(cache))
                .resolve("perennial")
                .resolve("schemathesis-" + versions.getProperty("SCHEMATHESIS_VERSION"));
        if (!Files.isDirectory(installed)) {
            throw new IllegalStateException(
                    "Schemathesis is not installed in " + installed + "; ./perennial test installs it");
        }
        return installed;
    }
}
