package dev.perennial.agent.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * File operations that are durable and atomic: when they return, they survive a crash, and no reader gets a partial
 * result.
 */
public final class DurableFiles {
    public static final Set<PosixFilePermission> PUBLIC_FILE = PosixFilePermissions.fromString("rw-r--r--");
    public static final Set<PosixFilePermission> PUBLIC_DIRECTORY = PosixFilePermissions.fromString("rwxr-xr-x");

    private DurableFiles() {}

    public static void write(Path file, String content) throws IOException {
        write(file, content, KeyFileAccess.PUBLIC);
    }

    /** Creates a file. Sets its mode and owner while it is empty, so that its content is never readable by others. */
    public static void write(Path file, String content, KeyFileAccess access) throws IOException {
        write(file, content.getBytes(StandardCharsets.UTF_8), access);
    }

    private static void write(Path file, byte[] content, KeyFileAccess access) throws IOException {
        var attributes = PosixFilePermissions.asFileAttribute(access.mode());
        try (FileChannel channel =
                FileChannel.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            // Repeats the mode, because the umask may have cleared bits.
            setAccess(file, access);
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    /** Replaces a file by one rename; the new content is first written to another file in the same directory. */
    public static void replace(Path file, String content) throws IOException {
        replace(file, content, KeyFileAccess.PUBLIC);
    }

    /** Like {@link #replace(Path, String)}, with this access. */
    public static void replace(Path file, String content, KeyFileAccess access) throws IOException {
        replace(file, content.getBytes(StandardCharsets.UTF_8), access);
    }

    /** Like {@link #replace(Path, String, KeyFileAccess)}, for any content. */
    public static void replace(Path file, byte[] content, KeyFileAccess access) throws IOException {
        directories(file.getParent());
        // A leading dot, so that an include pattern such as *.conf never matches the incomplete file.
        Path beside = unfinished(file);
        Files.deleteIfExists(beside);
        write(beside, content, access);
        move(beside, file);
    }

    /** The file that {@link #replace(Path, byte[], KeyFileAccess)} writes first; a killed process may leave it. */
    public static Path unfinished(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".new");
    }

    /** Changes a symbolic link by one rename, unless it has this target already. */
    public static void link(Path link, Path target) throws IOException {
        if (Files.isSymbolicLink(link) && Files.readSymbolicLink(link).equals(target)) {
            return;
        }
        directories(link.getParent());
        Path beside = link.resolveSibling("." + link.getFileName() + ".new");
        Files.deleteIfExists(beside);
        Files.createSymbolicLink(beside, target);
        move(beside, link);
    }

    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(to.getParent());
    }

    public static void delete(Path file) throws IOException {
        if (Files.deleteIfExists(file)) {
            sync(file.getParent());
        }
    }

    public static void directories(Path directory) throws IOException {
        Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(PUBLIC_DIRECTORY));
    }

    /** Makes the names in a directory durable: a rename is on the disk only when its directory is. */
    public static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    public static void deleteTree(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /** Sets mode, owner and group of an existing file if they differ. */
    public static void setAccess(Path file, KeyFileAccess access) throws IOException {
        own(file, access.owner(), access.group());
        // After the owner, because on some systems a change of the owner clears bits.
        if (!Files.getPosixFilePermissions(file).equals(access.mode())) {
            Files.setPosixFilePermissions(file, access.mode());
        }
    }

    private static void own(Path file, Optional<String> owner, Optional<String> group) throws IOException {
        var view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        var principals = file.getFileSystem().getUserPrincipalLookupService();
        var current = view.readAttributes();
        if (owner.isPresent()) {
            var wanted = principals.lookupPrincipalByName(owner.get());
            if (!wanted.equals(current.owner())) {
                view.setOwner(wanted);
            }
        }
        if (group.isPresent()) {
            var wanted = principals.lookupPrincipalByGroupName(group.get());
            if (!wanted.equals(current.group())) {
                view.setGroup(wanted);
            }
        }
    }
}
