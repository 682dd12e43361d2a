package dev.perennial.testbed.fleet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The inputs of an ahead-of-time cache, one a line: the JVM build, each JVM flag, and each file of the packaged service with its
 * size and checksum. A CRC-32C finds every accidental change and costs 0.1 s a service under the quick compiler, where SHA-256
 * costs 2 s.
 */
record AotFingerprint(List<String> lines) {
    AotFingerprint {
        lines = List.copyOf(lines);
    }

    /**
     * @param folder the packaged service; the cache and its companions, {@code app.aot*}, are left out
     * @param flags of the JVM that runs the service
     */
    static AotFingerprint of(Path folder, List<String> flags) {
        List<String> lines = new ArrayList<>();
        lines.add("jvm " + System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        flags.forEach(flag -> lines.add("flag " + flag));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(AotFingerprint::isInput).sorted().toList()) {
                lines.add("file %s %d %08x".formatted(folder.relativize(file), Files.size(file), crc32c(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new AotFingerprint(lines);
    }

    /** Empty where no file of this name exists. */
    static Optional<AotFingerprint> read(Path file) {
        try {
            return Files.exists(file) ? Optional.of(new AotFingerprint(Files.readAllLines(file))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void write(Path file) {
        try {
            Files.write(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first line that only one of the two has; empty where they are equal. */
    Optional<String> firstDifference(AotFingerprint current) {
        return onlyIn(current, this).or(() -> onlyIn(this, current));
    }

    private static Optional<String> onlyIn(AotFingerprint one, AotFingerprint other) {
        Set<String> known = new HashSet<>(other.lines);
        return one.lines.stream().filter(line -> !known.contains(line)).findFirst();
    }

    private static boolean isInput(Path file) {
        return Files.isRegularFile(file) && !file.getFileName().toString().startsWith("app.aot");
    }

    private static long crc32c(Path file) throws IOException {
        var sum = new CRC32C();
        var buffer = new byte[1 << 16];
        try (var in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                sum.update(buffer, 0, read);
            }
        }
        return sum.getValue();
    }
}
