package dev.perennial.agent.targets.includefile;

import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.ProbeTarget;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetEntry;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** One entry of the host file's {@code certificates} for a server with an include file. */
public record IncludeFileEntry(
        String match, WebServer server, String directory, String include, KeyFileAccess keyAccess, ProbeTarget probe)
        implements TargetEntry {
    public static final String NAME = "{name}";

    @Override
    public boolean matches(String certificateName) {
        return glob(match).matcher(certificateName).matches();
    }

    @Override
    public Optional<Target> target(String certificateName, CrashPoints crashPoints) {
        IncludeFileLocation location = location(certificateName);
        // The files of a certificate named "live" would be in the folder of the links.
        return location.directory().equals(location.live().getParent())
                ? Optional.empty()
                : Optional.of(new IncludeFileTarget(location, crashPoints));
    }

    private IncludeFileLocation location(String certificateName) {
        return new IncludeFileLocation(
                certificateName,
                server,
                Path.of(directory.replace(NAME, certificateName)),
                Path.of(include.replace(NAME, certificateName)),
                keyAccess,
                probe);
    }

    private static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        glob.chars()
                .forEach(c -> regex.append(
                        switch (c) {
                            case '*' -> ".*";
                            case '?' -> ".";
                            default -> Pattern.quote(Character.toString(c));
                        }));
        return Pattern.compile(regex.toString());
    }
}
