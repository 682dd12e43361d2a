package dev.perennial.agent.deploy;

import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.platform.crypto.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/**
 * The file with the key with which this host signs its reports. The key is created on the host and never leaves it; the public
 * key is in a file beside it, for its registration.
 */
final class SigningKeyFile {
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    SigningKeyFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /** For example {@code signing-key.json.pub}. */
    Path publicFile() {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /**
     * Reads the key; creates it if there is no file.
     *
     * @throws IllegalStateException naming the file, if it is not readable for its owner only, or contains no key
     */
    SigningKey readOrCreate() {
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                create();
            }
            SigningKey key = read();
            publish(key);
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException("perennial.agent.signing-key-file: " + file + " cannot be used", e);
        }
    }

    /** Complete or absent after a crash: a registered key must not be replaced by another one. */
    private void create() throws IOException {
        Files.createDirectories(file.getParent());
        Path beside = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(beside);
        DurableFiles.write(
                beside,
                SigningKey.random().secretJson() + "\n",
                new KeyFileAccess(OWNER_ONLY, Optional.empty(), Optional.empty()));
        DurableFiles.move(beside, file);
    }

    private SigningKey read() throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IllegalStateException("perennial.agent.signing-key-file: others than the owner may read " + file
                    + "; set its mode to 600, or delete it and register the new key");
        }
        try {
            return SigningKey.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("perennial.agent.signing-key-file: " + file + ": " + e.getMessage(), e);
        }
    }

    private void publish(SigningKey key) throws IOException {
        String json = key.verificationKey().json() + "\n";
        Path published = publicFile();
        if (Files.notExists(published) || !Files.readString(published).equals(json)) {
            DurableFiles.replace(published, json);
        }
    }
}
