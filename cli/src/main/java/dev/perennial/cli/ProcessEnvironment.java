package dev.perennial.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The surroundings of a command.
 *
 * @param variables environment variables
 * @param home home folder of the user
 * @param run folder of {@code ./perennial up}, which may not exist
 */
record ProcessEnvironment(Map<String, String> variables, Path home, Path run) {
    ProcessEnvironment {
        variables = Map.copyOf(variables);
    }

    static ProcessEnvironment current() {
        return new ProcessEnvironment(
                System.getenv(),
                Path.of(System.getProperty("user.home")),
                Path.of(System.getProperty("perennial.run", ".run")));
    }

    /** Blank is absent. */
    Optional<String> variable(String key) {
        return Optional.ofNullable(variables.get(key)).filter(value -> !value.isBlank());
    }

    /** The XDG Base Directory Specification ignores a relative path. */
    Path configurationFolder() {
        return variable("XDG_CONFIG_HOME")
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> home.resolve(".config"))
                .resolve("perennial");
    }
}
