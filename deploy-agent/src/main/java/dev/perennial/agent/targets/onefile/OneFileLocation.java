package dev.perennial.agent.targets.onefile;

import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.Verification;
import java.nio.file.Path;
import java.util.List;

/**
 * The paths of one target on this host.
 *
 * @param directory holds the immutable generations and the data of a rollback; no other target uses it
 * @param file that the server reads
 */
public record OneFileLocation(
        String certificateName,
        TargetGroup group,
        Path directory,
        Path file,
        FileContent content,
        KeyFileAccess keyAccess,
        List<Verification> verifications) {
    public OneFileLocation {
        verifications = List.copyOf(verifications);
    }

    /** {@code live/<name>} beside the directory: a symbolic link to the current generation, for people and scripts. */
    public Path live() {
        return directory.resolveSibling("live").resolve(certificateName);
    }

    /** The access of the file and its copies. */
    KeyFileAccess fileAccess() {
        return content.secret() ? keyAccess : KeyFileAccess.PUBLIC;
    }
}
