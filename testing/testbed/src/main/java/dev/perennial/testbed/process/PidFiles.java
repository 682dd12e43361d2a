package dev.perennial.testbed.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The started processes, on disk, so that a later run can end the processes of a killed one. A pid may be reused: an entry also
 * contains the start time of the process and a word of its command line, and a process matches only if all three match.
 */
public final class PidFiles {
    /** The entry of the JVM that owns the run folder. */
    public static final String OWNER = "testbed";

    private static final Duration GRACE = Duration.ofSeconds(5);
    private final Path folder;

    public PidFiles(Path folder) {
        this.folder = folder;
    }

    /** @param word a word that is always in the command line of the process */
    public void record(String name, long pid, String word) {
        startTicks(pid).ifPresent(ticks -> write(name, pid + "\n" + ticks + "\n" + word + "\n"));
    }

    public void recordOwner() {
        long pid = ProcessHandle.current().pid();
        record(OWNER, pid, commandLine(pid).split("\0")[0]);
    }

    public void remove(String name) {
        try {
            Files.deleteIfExists(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process of an entry, if it runs and matches the entry. */
    public Optional<ProcessHandle> find(String name) {
        try {
            List<String> entry = Files.readAllLines(folder.resolve(name));
            if (entry.size() < 3) {
                return Optional.empty();
            }
            long pid = Long.parseLong(entry.get(0));
            boolean matches = startTicks(pid).filter(entry.get(1)::equals).isPresent()
                    && commandLine(pid).contains(entry.get(2));
            return matches ? ProcessHandle.of(pid) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * Ends all recorded processes except the owner, removes their entries, and returns the names of those that ran. In parallel, because
     * no order is necessary after a crash.
     */
    public List<String> sweep() {
        Map<String, ProcessHandle> left = new TreeMap<>();
        List<String> names =
                names().stream().filter(name -> !name.equals(OWNER)).toList();
        names.forEach(name -> find(name).ifPresent(process -> left.put(name, process)));
        left.values().forEach(ProcessHandle::destroy);
        Await.until(GRACE, () -> left.values().stream().noneMatch(process -> runs(process.pid())));
        left.values().stream().filter(process -> runs(process.pid())).forEach(ProcessHandle::destroyForcibly);
        Await.until(GRACE, () -> left.values().stream().noneMatch(process -> runs(process.pid())));
        names.forEach(this::remove);
        return List.copyOf(left.keySet());
    }

    /** False also for a zombie process. */
    public static boolean runs(long pid) {
        return !commandLine(pid).isEmpty();
    }

    private List<String> names() {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String name, String text) {
        try {
            Files.createDirectories(folder);
            // Atomic, because another run would interpret an incomplete entry as a process that has ended.
            Path draft = Files.writeString(folder.resolveSibling("." + name + ".pid"), text);
            Files.move(draft, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String commandLine(long pid) {
        return read(pid, "cmdline").orElse("");
    }

    /** Field 22 of {@code /proc/<pid>/stat}: the start time in clock ticks since boot. */
    private static Optional<String> startTicks(long pid) {
        return read(pid, "stat")
                .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19]);
    }

    private static Optional<String> read(long pid, String file) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), file));
            return Optional.of(new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
