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

    /** Writes a placeholder for every entry without a wildcard whose file is absent: its server can then start. */
    public void preparePlaceholders(CrashPoints crashPoints) throws IOException {
        for (TargetEntry entry : entries) {
            Optional<Target> target =
                    entry.onlyName().filter(ResourceName::isValid).flatMap(name -> entry.target(name, crashPoints));
            if (target.isPresent()) {
                target.get().preparePlaceholder();
            }
        }
    }

    /**
     * The targets of a certificate by all entries that match, in the order of the file; none if no entry does or the
     * name is not valid.
     */
    public List<Target> targets(String certificateName, CrashPoints crashPoints) {
        if (!ResourceName.isValid(certificateName)) {
            return List.of();
        }
        return entries.stream()
                .filter(entry -> entry.matches(certificateName))
                .flatMap(entry -> entry.target(certificateName, crashPoints).stream())
                .toList();
    }
}
