package dev.perennial.testbed.fleet;

import dev.perennial.events.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * The inputs of an ahead-of-time cache, one per line: the JVM build, each JVM flag, and each file of the packaged service with its
 * size and checksum. A CRC-32C finds every accidental change and costs 0.1 s per service under the quick compiler, where SHA-256
 * costs 2 s.
 */
record AotFingerprint(List<String> lines) {
    AotFingerprint {
        lines = List.copyOf(lines);
    }

    /**
     * @param folder the packaged service
     * @param flags of the JVM that runs the service
     */
    static AotFingerprint of(Path folder, List<String> flags) {
        List<String> lines = new ArrayList<>();
        lines.add("jvm " + System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
        flags.forEach(flag -> lines.add("flag " + flag));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                lines.add("file %s %d %08x".formatted(folder.relativize(file), Files.size(file), crc32c(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new AotFingerprint(lines);
    }

    /** 16 hexadecimal digits. */
    String digest() {
        return Sha256.hex(String.join("\n", lines)).substring(0, 16);
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
