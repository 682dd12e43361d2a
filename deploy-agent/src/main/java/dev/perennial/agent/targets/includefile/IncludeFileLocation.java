package dev.perennial.agent.targets.includefile;

import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.Verification;
import java.nio.file.Path;
import java.util.List;

/**
 * The paths of one certificate on this host.
 *
 * @param directory holds the immutable generations
 * @param include the file of two lines that the server reads
 */
public record IncludeFileLocation(
        String certificateName,
        WebServer server,
        Path directory,
        Path include,
        KeyFileAccess keyAccess,
        List<Verification> verifications) {
    public IncludeFileLocation {
        verifications = List.copyOf(verifications);
    }

    /** {@code live/<name>} beside the directory: a symbolic link to the current generation, for people and scripts. */
    public Path live() {
        return directory.resolveSibling("live").resolve(certificateName);
    }
}
