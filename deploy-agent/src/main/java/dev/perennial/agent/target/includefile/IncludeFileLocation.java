package dev.perennial.agent.target.includefile;

import dev.perennial.agent.target.ProbeTarget;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * The place of one certificate on this host.
 *
 * @param directory immutable generations live below it
 * @param include the file of two lines that the server reads
 * @param mode of the private key's file
 */
public record IncludeFileLocation(
        String certificateName,
        WebServer server,
        Path directory,
        Path include,
        Set<PosixFilePermission> mode,
        Optional<String> owner,
        Optional<String> group,
        ProbeTarget probe) {
    public IncludeFileLocation {
        mode = Set.copyOf(mode);
    }

    /** The same with its generations elsewhere. */
    public IncludeFileLocation in(Path elsewhere) {
        return new IncludeFileLocation(certificateName, server, elsewhere, include, mode, owner, group, probe);
    }

    /** {@code live/<name>} beside the directory: a symbolic link to the current generation, for people and scripts. */
    public Path live() {
        return directory.resolveSibling("live").resolve(certificateName);
    }
}
