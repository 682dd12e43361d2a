package dev.perennial.testbed.web;

import dev.perennial.testbed.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Stands before the web server's configuration test and can hold it, so that a test can look at, or kill, an agent that
 * has switched its files and has not reloaded yet. Bounded: a test that was forgotten goes on after a minute.
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

    /** The command with the gate before it. */
    public List<String> before(List<String> command) {
        return Stream.concat(Stream.of("/bin/sh", script.toString(), folder.toString()), command.stream())
                .toList();
    }

    /** From now on configuration tests wait. */
    public void hold() {
        try {
            Files.deleteIfExists(folder.resolve("waiting"));
            Files.writeString(folder.resolve("hold"), "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether configuration tests have to wait. */
    public boolean held() {
        return Files.exists(folder.resolve("hold"));
    }

    /** That a configuration test has come to the gate since {@link #hold}. */
    public boolean waiting() {
        return Files.exists(folder.resolve("waiting"));
    }

    /** Lets them through. */
    public void release() {
        try {
            Files.deleteIfExists(folder.resolve("hold"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
