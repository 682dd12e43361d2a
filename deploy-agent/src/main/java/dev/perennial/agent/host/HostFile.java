package dev.perennial.agent.host;

import dev.perennial.agent.target.includefile.IncludeFileEntry;
import dev.perennial.agent.target.includefile.IncludeFileLocation;
import dev.perennial.agent.target.includefile.WebServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the administrator of this host allows. */
public final class HostFile {
    /** The alphabet of certificate names; a name becomes part of a path, so nothing else is let near one. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    private final String host;
    private final Map<String, WebServer> servers;
    private final List<IncludeFileEntry> placements;

    HostFile(String host, Map<String, WebServer> servers, List<IncludeFileEntry> placements) {
        this.host = host;
        this.servers = Map.copyOf(servers);
        this.placements = List.copyOf(placements);
    }

    /** @throws HostFileException naming line and key where the file cannot be used */
    public static HostFile read(Path file) {
        return new HostFileReader(file).read();
    }

    public String host() {
        return host;
    }

    public Map<String, WebServer> servers() {
        return servers;
    }

    /** Where a certificate goes: the first entry that matches; empty where none does or the name cannot be a folder of its own. */
    public Optional<IncludeFileLocation> site(String certificateName) {
        if (!NAME.matcher(certificateName).matches()) {
            return Optional.empty();
        }
        return placements.stream()
                .filter(placement -> placement.matches(certificateName))
                .findFirst()
                .map(placement -> placement.site(certificateName))
                // A certificate named "live" would lie where the links to all the others are.
                .filter(site -> !site.directory().equals(site.live().getParent()));
    }
}
