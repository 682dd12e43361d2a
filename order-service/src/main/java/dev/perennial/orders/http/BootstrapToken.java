package dev.perennial.orders.http;

import dev.perennial.events.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.MessageDigest;
import java.util.EnumSet;
import java.util.Set;

/** The token that creates the first service tokens; only its digest is kept. */
final class BootstrapToken {
    private static final Set<PosixFilePermission> TOO_OPEN = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final byte[] digest;

    private BootstrapToken(String token) {
        this.digest = Sha256.digest(token);
    }

    /** @throws IllegalStateException if the file is absent, empty, or accessible to others than its owner */
    static BootstrapToken read(Path file) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new IllegalStateException("perennial.rest.bootstrap-token-file: " + file
                        + " does not exist; create it with a random token and mode 600");
            }
            if (Files.getPosixFilePermissions(file).stream().anyMatch(TOO_OPEN::contains)) {
                throw new IllegalStateException(
                        "perennial.rest.bootstrap-token-file: others than the owner may read or write " + file
                                + "; chmod 600 it");
            }
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new IllegalStateException("perennial.rest.bootstrap-token-file: " + file + " is empty");
            }
            return new BootstrapToken(token);
        } catch (IOException e) {
            throw new UncheckedIOException("perennial.rest.bootstrap-token-file: " + file + " cannot be read", e);
        }
    }

    /** Compares in constant time. */
    boolean matches(String token) {
        return MessageDigest.isEqual(digest, Sha256.digest(token));
    }
}
