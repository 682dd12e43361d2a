package dev.perennial.testbed.fleet;

import dev.perennial.testbed.Checkout;
import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The JVM's ahead-of-time cache of one service (JEP 514): loaded and linked classes and profiles of their methods. The JVM does
 * not check whether the jars are those of the recording and would run old classes (ADR 8). The file name of a cache therefore
 * contains the digest of its {@link AotFingerprint}: after a change of jars, JVM or flags, a service does not use the cache.
 *
 * @param folder the folder of all caches; all checkouts of a user share it
 * @param service name of the service's module
 * @param packaged folder of the packaged service
 */
record AotCache(Path folder, String service, Path packaged) {
    /** Of each service; a cache has about 100 MB. */
    private static final int KEPT = 3;

    private static final String SUFFIX = ".aot";

    /** A service that writes a cache takes this long to stop on a slow machine. */
    static final Duration WRITE_TIMEOUT = Duration.ofMinutes(3);

    static AotCache of(Checkout checkout, String service) {
        return new AotCache(
                Checkout.cache().resolve("aot"),
                service,
                checkout.serviceJar(service).getParent());
    }

    /** A recording that has begun: the service writes the draft when it stops. */
    record Recording(Path draft, Path file) {
        List<String> jvmOptions() {
            return List.of("-XX:AOTCacheOutput=" + draft);
        }
    }

    /** @param flags the other JVM options of the service */
    boolean exists(List<String> flags) {
        return Files.exists(file(flags));
    }

    /** The option that makes the JVM use the cache; empty if none exists for the current jars, JVM and flags. */
    List<String> jvmOptions(List<String> flags) {
        Path file = file(flags);
        if (!Files.exists(file)) {
            return List.of();
        }
        markAsUsed(file);
        return List.of("-XX:AOTCache=" + file);
    }

    /** Takes the fingerprint before the start, because the service loads these jars. */
    Recording record(List<String> flags) {
        Path drafts = folder.resolve("recording");
        Path draft = drafts.resolve(service + SUFFIX);
        try {
            Files.createDirectories(drafts);
            // An earlier recording may have been killed.
            Files.deleteIfExists(draft);
            return new Recording(draft, file(flags));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Publishes the recorded cache for later starts, and deletes the least recently used caches.
     *
     * @throws PartFailedException if the JVM wrote no cache
     */
    void publish(Recording recording) {
        if (!Files.exists(recording.draft())) {
            throw new PartFailedException("aot", "the JVM of " + service + " wrote no cache to " + recording.draft());
        }
        try {
            Files.move(
                    recording.draft(),
                    recording.file(),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            for (Path old : oldest()) {
                // A JVM that has mapped the file can still use it.
                Files.deleteIfExists(old);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path file(List<String> flags) {
        return folder.resolve(service + "-" + AotFingerprint.of(packaged, flags).digest() + SUFFIX);
    }

    private List<Path> oldest() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(this::isCacheOfService)
                    .sorted(Comparator.comparing(AotCache::lastUse).reversed())
                    .skip(KEPT)
                    .toList();
        }
    }

    private boolean isCacheOfService(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(service + "-") && name.endsWith(SUFFIX);
    }

    private static void markAsUsed(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.fromMillis(System.currentTimeMillis()));
        } catch (NoSuchFileException e) {
            // The recording of another checkout has just deleted it; the JVM starts without a cache.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileTime lastUse(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (NoSuchFileException e) {
            return FileTime.fromMillis(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
