package dev.perennial.testbed.web;

import dev.perennial.testbed.PartFailedException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A small disk (tmpfs) for the certificates of the target host, which can be filled. Only a process with the right to
 * mount can create one; it should have its own mount namespace ({@code unshare --mount}), which ends with it.
 */
public final class HostDisk implements AutoCloseable {
    private static final int BLOCK = 4096;

    private final Path folder;

    private HostDisk(Path folder) {
        this.folder = folder;
    }

    /** Mounts the disk on an empty folder. */
    public static HostDisk mount(Path folder, int megabytes) {
        run(List.of("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m,mode=0755", "tmpfs", folder.toString()));
        return new HostDisk(folder);
    }

    /** Uses all free space. */
    public void fill() {
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (writesBlock(out)) {}
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** False if no space is left. */
    private boolean writesBlock(OutputStream out) throws IOException {
        try {
            out.write(new byte[BLOCK]);
            return true;
        } catch (IOException e) {
            if (Files.getFileStore(folder).getUsableSpace() == 0) {
                return false;
            }
            throw e;
        }
    }

    /** Frees the space that {@link #fill} used. */
    public void free() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        run(List.of("umount", folder.toString()));
    }

    private static void run(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new PartFailedException("the host's disk", String.join(" ", command) + ": " + output.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + command.getFirst(), e);
        }
    }
}
