package dev.perennial.testbed;

import dev.perennial.testbed.process.PidFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The folder with all files of a run: one folder per part, logs, pid files and secrets (mode 0600). Only its owner can read it (mode
 * 0700).
 */
public final class RunFolder {
    private static final long CLAIM_LIMIT_MILLIS = 60_000;
    private final Path root;
    private final PidFiles pids;

    private RunFolder(Path root) {
        this.root = root;
        this.pids = new PidFiles(root.resolve("pids"));
    }

    /** A new folder. First ends the processes and removes the folders of this user's killed runs. */
    public static RunFolder temporary() {
        Path parent = Path.of(System.getProperty("java.io.tmpdir"), "perennial-" + System.getProperty("user.name"));
        try {
            create(parent);
            try (var old = Files.list(parent)) {
                old.map(RunFolder::new).filter(RunFolder::abandoned).forEach(RunFolder::clear);
            }
            return claim(parent.resolve(Long.toString(ProcessHandle.current().pid()) + "-" + System.nanoTime()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Claims a given folder. First ends the processes and removes the files of a killed run in it. */
    public static RunFolder claim(Path root) {
        var run = new RunFolder(root.toAbsolutePath());
        run.clear();
        try {
            create(run.root);
            Files.createDirectories(run.root.resolve("logs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run.pids.recordOwner();
        return run;
    }

    /** A folder that another process may own. */
    public static RunFolder at(Path root) {
        return new RunFolder(root.toAbsolutePath());
    }

    /** True while the JVM that claimed it runs. */
    public boolean owned() {
        return pids.find(PidFiles.OWNER).isPresent();
    }

    /** Whether it has no owner and is too old for a claim that is still in progress. */
    private boolean abandoned() {
        long age = System.currentTimeMillis() - root.toFile().lastModified();
        return !owned() && (Files.exists(root.resolve("pids").resolve(PidFiles.OWNER)) || age > CLAIM_LIMIT_MILLIS);
    }

    public Path root() {
        return root;
    }

    public PidFiles pids() {
        return pids;
    }

    public Path logs() {
        return root.resolve("logs");
    }

    public Path log(String part) {
        return logs().resolve(part + ".log");
    }

    /** A part's own folder. */
    public Path folder(String part) {
        try {
            return Files.createDirectories(root.resolve(part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path write(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            // Other processes wait for some of these files and must never read an incomplete one.
            Path draft = Files.writeString(path.resolveSibling(path.getFileName() + ".draft"), text);
            return Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a file that has mode 0600 from its creation on. */
    public Path writeSecret(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.deleteIfExists(path);
            Files.createFile(path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(path, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the recorded processes and removes the folder. */
    public void clear() {
        pids.sweep();
        if (!Files.exists(root)) {
            return;
        }
        try {
            Files.walkFileTree(root, new Delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void create(Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static final class Delete extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof java.nio.file.NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw e;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
