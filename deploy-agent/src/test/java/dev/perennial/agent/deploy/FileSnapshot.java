package dev.perennial.agent.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** All files below some folders: names, inodes, modes, times and contents. */
final class FileSnapshot {
    private FileSnapshot() {}

    /** @param busy folders with temporary files, whose own time is ignored */
    static Map<String, String> of(Set<Path> busy, Path... roots) {
        Map<String, String> found = new TreeMap<>();
        for (Path root : roots) {
            try (Stream<Path> files = Files.walk(root)) {
                files.forEach(file -> found.put(file.toString(), describe(file, busy.contains(file))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return found;
    }

    private static String describe(Path file, boolean busy) {
        try {
            Map<String, Object> unix = new TreeMap<>(
                    Files.readAttributes(file, "unix:ino,mode,uid,gid,lastModifiedTime", LinkOption.NOFOLLOW_LINKS));
            if (busy) {
                unix.remove("lastModifiedTime");
            }
            return unix + " " + content(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "-> " + Files.readSymbolicLink(file);
        }
        return Files.isDirectory(file) ? "folder" : Files.readString(file, StandardCharsets.UTF_8);
    }
}
