package dev.perennial.testbed.fleet;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;

/**
 * The JVM's ahead-of-time cache of one service (JEP 514): classes loaded and linked, and what its methods were seen to do. A
 * cache of another build or JVM is refused by the JVM itself, which then starts as if there were none.
 *
 * @param file where the cache is, or is to be
 * @param recording whether this run writes it, when the service ends
 */
record AotCache(Path file, boolean recording) {
    /** Ending takes this long where a cache has to be written, on a slow machine. */
    private static final Duration WRITING = Duration.ofMinutes(3);

    List<String> jvmOptions() {
        if (recording) {
            return List.of("-XX:AOTCacheOutput=" + draft());
        }
        return Files.exists(file) ? List.of("-XX:AOTCache=" + file) : List.of();
    }

    Duration stopGrace(Duration usual) {
        return recording ? WRITING : usual;
    }

    /** Only a complete cache may be found by others. */
    void publish() {
        try {
            Files.move(draft(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (java.nio.file.NoSuchFileException e) {
            throw new PartFailedException("aot", "the JVM left no cache at " + draft());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path draft() {
        return file.resolveSibling(file.getFileName() + ".draft");
    }
}
