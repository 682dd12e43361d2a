package dev.perennial.agent.deploy;

import dev.perennial.agent.files.DurableFiles;
import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.platform.crypto.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * The file with the key with which this host signs its reports. The key is created on the host and never leaves it; the public
 * key is in a file beside it, for its registration.
 */
public final class SigningKeyFile {
    private static final Logger LOG = Logger.getLogger(SigningKeyFile.class);
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path file;

    public SigningKeyFile(Path file) {
        this.file = file.toAbsolutePath().normalize();
    }

    /** For example {@code signing-key.json.pub}. */
    Path publicFile() {
        return file.resolveSibling(file.getFileName() + ".pub");
    }

    /**
     * Reads the key; creates it if there is no file.
     *
     * @throws IllegalStateException naming the file, if others than its owner have access to it, or it contains no key
     * @throws UncheckedIOException if it cannot be read or created
     */
    public SigningKey readOrCreate() {
        try {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                create();
            }
            SigningKey key = read();
            writePublicKey(key);
            return key;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "perennial.agent.signing-key-file: " + file + " cannot be read or created: " + e.getMessage()
                            + "; check that the agent's user may write to its directory",
                    e);
        }
    }

    /** Complete or absent after a crash: a registered key must not be replaced by another one. */
    private void create() throws IOException {
        DurableFiles.replace(
                file,
                SigningKey.generate().privateJwk() + "\n",
                new KeyFileAccess(OWNER_ONLY, Optional.empty(), Optional.empty()));
    }

    private SigningKey read() throws IOException {
        if (!OWNER_ONLY.containsAll(Files.getPosixFilePermissions(file))) {
            throw new IllegalStateException("perennial.agent.signing-key-file: " + file + " has the mode "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    + "; rw------- (600) is required. Set it; if other users could read the key, replace it, see"
                    + " docs/operating/kafka.md#signed-reports");
        }
        try {
            return SigningKey.parse(Files.readString(file));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "perennial.agent.signing-key-file: " + file + ": " + e.getMessage()
                            + "; restore the file, or delete it and register the key that the agent then creates",
                    e);
        }
    }

    /** The agent works without this file: the key may be in a directory that is read-only. */
    private void writePublicKey(SigningKey key) {
        String json = key.verificationKey().jwk() + "\n";
        Path published = publicFile();
        try {
            if (Files.notExists(published)
                    || !Arrays.equals(Files.readAllBytes(published), json.getBytes(StandardCharsets.UTF_8))) {
                DurableFiles.replace(published, json);
            }
        } catch (IOException e) {
            LOG.warnf("the public key cannot be written to %s (%s); it is %s", published, e, json.strip());
        }
    }
}
