package dev.perennial.agent.host;

import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetEntry;
import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.events.ResourceName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The host file: the targets that the administrator of this host allows. */
public final class HostFile {
    private final String host;
    private final Map<String, TargetGroup> groups;
    private final List<TargetEntry> entries;

    HostFile(String host, Map<String, ? extends TargetGroup> groups, List<? extends TargetEntry> entries) {
        this.host = host;
        this.groups = Map.copyOf(groups);
        this.entries = List.copyOf(entries);
    }

    /** @throws HostFileException with line and key if the file is invalid */
    public static HostFile read(Path file) {
        return new HostFileReader(file).read();
    }

    public String host() {
        return host;
    }

    /** The {@code servers} of the file, by name. */
    public Map<String, TargetGroup> groups() {
        return groups;
    }

    /** Deletes the files that a killed process did not complete: they may contain keys. */
    public void deleteUnfinished() throws IOException {
        for (TargetEntry entry : entries) {
            entry.deleteUnfinished();
        }
    }

    /** The target of a certificate by the first entry that matches; empty if none does or the name is not valid. */
    public Optional<Target> target(String certificateName, CrashPoints crashPoints) {
        if (!ResourceName.isValid(certificateName)) {
            return Optional.empty();
        }
        return entries.stream()
                .filter(entry -> entry.matches(certificateName))
                .findFirst()
                .flatMap(entry -> entry.target(certificateName, crashPoints));
    }
}
