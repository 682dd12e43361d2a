package dev.perennial.testbed.fleet;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The JVM's ahead-of-time cache of one service (JEP 514): loaded and linked classes and profiles of their methods. The JVM does
 * not check that the jars are still those of the recording and would run old classes (see ADR 8), so an
 * {@link AotFingerprint} is kept beside the cache and compared before the cache is used.
 *
 * @param file the cache, in the folder of the packaged service
 * @param recording whether the service writes the cache when it stops
 */
record AotCache(Path file, boolean recording) {
    /** On a slow machine, a service that writes a cache takes this long to stop. */
    private static final Duration WRITE_TIMEOUT = Duration.ofMinutes(3);

    /** @param flags the other JVM options of the service */
    List<String> jvmOptions(List<String> flags) {
        if (recording) {
            // Taken at start: these are the jars that the service loads.
            fingerprint(flags).write(fingerprintOf(draft()));
            return List.of("-XX:AOTCacheOutput=" + draft());
        }
        return Files.exists(file) && stale(flags).isEmpty() ? List.of("-XX:AOTCache=" + file) : List.of();
    }

    /** The reason why a cache that exists must not be used, with its remedy; empty where it may be used or none exists. */
    Optional<String> stale(List<String> flags) {
        if (recording || !Files.exists(file)) {
            return Optional.empty();
        }
        Optional<AotFingerprint> recorded = AotFingerprint.read(fingerprintOf(file));
        Optional<String> difference = recorded.isEmpty()
                ? Optional.of("no fingerprint beside it")
                : recorded.get().firstDifference(fingerprint(flags)).map(line -> "not recorded with: " + line);
        return difference.map(line ->
                "ahead-of-time cache %s is stale (%s); starting without it; record it again with: ./perennial aot"
                        .formatted(file, line));
    }

    Duration stopGrace(Duration usual) {
        return recording ? WRITE_TIMEOUT : usual;
    }

    /** Replaces the current cache by the recorded one. Interrupted at any line, it leaves a cache that counts as stale or none. */
    void publish() {
        if (!Files.exists(draft())) {
            throw new PartFailedException("aot", "the JVM left no cache at " + draft());
        }
        try {
            Files.deleteIfExists(fingerprintOf(file));
            Files.move(draft(), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.move(fingerprintOf(draft()), fingerprintOf(file), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private AotFingerprint fingerprint(List<String> flags) {
        return AotFingerprint.of(file.toAbsolutePath().getParent(), flags);
    }

    private Path draft() {
        return file.resolveSibling(file.getFileName() + ".draft");
    }

    private static Path fingerprintOf(Path cache) {
        return cache.resolveSibling(cache.getFileName() + ".inputs");
    }
}
