package dev.perennial.agent.files;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * The access to the file of a private key.
 *
 * @param owner a user's name; the agent's user if absent
 * @param group a group's name; the agent's group if absent
 */
public record KeyFileAccess(Set<PosixFilePermission> mode, Optional<String> owner, Optional<String> group) {
    /** The access to a file without a key. */
    public static final KeyFileAccess PUBLIC =
            new KeyFileAccess(DurableFiles.PUBLIC_FILE, Optional.empty(), Optional.empty());

    public KeyFileAccess {
        mode = Set.copyOf(mode);
    }
}
