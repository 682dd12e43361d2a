package dev.perennial.vault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/** The two AppRole credential files of a service. Read at every login, so that a new secret id needs no restart. */
record AppRoleFiles(Path roleIdFile, Path secretIdFile) {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.complementOf(EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE));

    /** @throws IllegalStateException if a file is missing, empty or readable by others */
    void requireUsable() {
        roleId();
        secretId();
    }

    /** The current content of both files. */
    record Credentials(String roleId, String secretId) {
        @Override
        public String toString() {
            return "Credentials[roleId=" + roleId + "]";
        }
    }

    Credentials read() {
        return new Credentials(roleId(), secretId());
    }

    private String roleId() {
        return content("role id", roleIdFile);
    }

    private String secretId() {
        requirePrivate();
        return content("secret id", secretIdFile);
    }

    private static String content(String kind, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalStateException("the " + kind + " file " + file
                    + " is absent or not readable: write the AppRole's " + kind + " into it (mode 0600)");
        }
        try {
            String text = Files.readString(file).strip();
            if (text.isEmpty()) {
                throw new IllegalStateException("the " + kind + " file " + file + " is empty");
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException("the " + kind + " file " + file + " cannot be read", e);
        }
    }

    private void requirePrivate() {
        try {
            if (Files.exists(secretIdFile)
                    && Files.getPosixFilePermissions(secretIdFile).stream().anyMatch(OTHERS::contains)) {
                throw new IllegalStateException(
                        "the secret id file " + secretIdFile
                                + " is open to other users: run 'chmod 600' on it, and issue a new secret id if they may have read it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the mode of the secret id file " + secretIdFile + " cannot be read", e);
        }
    }
}
