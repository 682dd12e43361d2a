package dev.perennial.testbed.web;

import dev.perennial.testbed.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Can delay the web server's configuration test, so that a test can inspect or kill an agent that has switched its files and has
 * not reloaded yet. A delay ends after a minute.
 */
public final class ConfigTestGate {
    private static final String SCRIPT = """
            #!/bin/sh
            folder=$1
            shift
            tries=0
            while [ -e "$folder/hold" ] && [ $tries -lt 1200 ]; do
              : > "$folder/waiting"
              tries=$((tries + 1))
              sleep 0.05
            done
            exec "$@"
            """;

    private final Path folder;
    private final Path script;

    public ConfigTestGate(RunFolder run) {
        this.folder = run.folder("config-test");
        this.script = run.write("config-test/gate.sh", SCRIPT);
    }

    /** The command, preceded by the gate. */
    public List<String> before(List<String> command) {
        return Stream.concat(Stream.of("/bin/sh", script.toString(), folder.toString()), command.stream())
                .toList();
    }

    /** Delays configuration tests from now on. */
    public void hold() {
        try {
            Files.deleteIfExists(folder.resolve("waiting"));
            Files.writeString(folder.resolve("hold"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether configuration tests are delayed. */
    public boolean held() {
        return Files.exists(folder.resolve("hold"));
    }

    /** Whether a configuration test has been delayed since {@link #hold}. */
    public boolean waiting() {
        return Files.exists(folder.resolve("waiting"));
    }

    /** Ends the delay. */
    public void release() {
        try {
            Files.deleteIfExists(folder.resolve("hold"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
