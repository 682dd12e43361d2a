package dev.perennial.testbed.fleet;

import dev.perennial.testbed.PartFailedException;
import dev.perennial.testbed.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The clock of a process that runs with libfaketime. It can be set ahead and back while the process runs; the monotonic
 * clock stays as it is, as on a machine whose time is corrected.
 */
final class SimulatedClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");
    private static final Path LIBRARY = Path.of("faketime/libfaketimeMT.so.1");

    private final RunFolder run;
    private final String file;
    private final Path library = library();

    SimulatedClock(RunFolder run, String process) {
        this.run = run;
        this.file = "clocks/" + process;
        set(Duration.ZERO);
    }

    /** Has an effect after a second at most. */
    void set(Duration ahead) {
        run.write(file, "+" + ahead.toSeconds());
    }

    /** The environment in which the process must run. */
    Map<String, String> environment() {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "FAKETIME_TIMESTAMP_FILE",
                run.root().resolve(file).toString(),
                "FAKETIME_CACHE_DURATION",
                "1",
                "FAKETIME_DONT_FAKE_MONOTONIC",
                "1",
                // Without it, libfaketime moves the end of a timed wait on the monotonic clock into the past, so that
                // every such wait of the JVM ends at once.
                "FAKETIME_FORCE_MONOTONIC_FIX",
                "0");
    }

    /** Debian has it in a folder of the architecture. */
    private static Path library() {
        try (var folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve(LIBRARY))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(() -> new PartFailedException(
                            "libfaketime", "is not installed; apt-get install --no-install-recommends libfaketime"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
