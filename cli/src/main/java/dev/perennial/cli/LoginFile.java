package dev.perennial.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** The file {@code login.json}, mode 600, in a folder of mode 700. Changes are made under a lock between processes. */
final class LoginFile {
    private static final Set<PosixFilePermission> FOLDER_MODE = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?> FILE_MODE =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();

    private final Path folder;
    private final Path file;

    LoginFile(Path folder) {
        this.folder = folder;
        this.file = folder.resolve("login.json");
    }

    Path path() {
        return file;
    }

    /** @throws LoginException if the file exists and cannot be read */
    Optional<StoredLogin> read() {
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), StoredLogin.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            // The message of Jackson can quote the file.
            throw LoginException.unusable("cannot read the login in " + file + " ("
                    + e.getClass().getSimpleName() + "); run perennial login again");
        }
    }

    /**
     * Runs a change while no other process changes the file. A change that depends on the content reads it inside.
     *
     * @throws LoginException if the folder cannot be written
     */
    <T> T locked(Supplier<T> change) {
        try {
            createFolder();
            try (FileChannel channel = FileChannel.open(
                            folder.resolve("login.lock"),
                            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                            FILE_MODE);
                    var lock = channel.lock()) {
                return change.get();
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    /** Writes a draft and renames it, so that an interrupted write leaves the previous login. */
    void write(StoredLogin login) {
        try {
            Path draft = Files.createTempFile(folder, ".login-", ".json", FILE_MODE);
            try {
                write(draft, JSON.writeValueAsBytes(login));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw unwritable(e);
        }
    }

    private static void write(Path draft, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
            ByteBuffer remaining = ByteBuffer.wrap(content);
            while (remaining.hasRemaining()) {
                channel.write(remaining);
            }
            channel.force(true);
        }
    }

    void delete() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw LoginException.unusable(
                    "cannot delete " + file + " (" + e.getClass().getSimpleName() + "); delete it by hand");
        }
    }

    private void createFolder() throws IOException {
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
        if (!Files.getPosixFilePermissions(folder).equals(FOLDER_MODE)) {
            Files.setPosixFilePermissions(folder, FOLDER_MODE);
        }
    }

    private LoginException unwritable(IOException e) {
        return LoginException.unusable("cannot write the login to " + file + " ("
                + e.getClass().getSimpleName() + "); correct its folder, and run perennial login again");
    }
}
