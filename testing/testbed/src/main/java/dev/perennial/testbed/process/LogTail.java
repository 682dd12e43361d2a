package dev.perennial.testbed.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** The last lines of a log file, for error messages. */
public final class LogTail {
    private LogTail() {}

    /** The last lines, indented; a placeholder if there are none. Never throws, because it is used in error handling. */
    public static String of(Path log, int lines) {
        List<String> all = lines(log);
        if (all.isEmpty()) {
            return "    (nothing logged)";
        }
        return all.subList(Math.max(0, all.size() - lines), all.size()).stream()
                .map(line -> "    " + line)
                .collect(Collectors.joining("\n"));
    }

    /** Number of lines with the text, including those of earlier starts. */
    static long count(Path log, String text) {
        return lines(log).stream().filter(line -> line.contains(text)).count();
    }

    private static List<String> lines(Path log) {
        try {
            return new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
