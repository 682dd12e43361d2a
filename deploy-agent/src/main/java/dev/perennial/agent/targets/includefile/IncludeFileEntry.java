package dev.perennial.agent.targets.includefile;

import dev.perennial.agent.files.Generations;
import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.CrashPoints;
import dev.perennial.agent.targets.Target;
import dev.perennial.agent.targets.TargetEntry;
import dev.perennial.agent.targets.Verification;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** One entry of the host file's {@code certificates} for a server with an include file. */
public record IncludeFileEntry(
        String match,
        WebServer server,
        String directory,
        String include,
        KeyFileAccess keyAccess,
        List<Verification> verifications)
        implements TargetEntry {
    public static final String NAME = "{name}";

    public IncludeFileEntry {
        verifications = List.copyOf(verifications);
    }

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

    @Override
    public void deleteUnfinished() throws IOException {
        List<Path> folders = List.of(Path.of(directory).getRoot());
        for (Path component : Path.of(directory)) {
            // A dry run writes into the deepest folder that exists.
            for (Path folder : folders) {
                IncludeFileTrial.deleteUnfinished(folder);
            }
            folders = children(folders, component.toString());
        }
        for (Path certificate : folders) {
            Generations.deleteUnfinished(certificate);
        }
    }

    /** The folders with this name, or with any name in place of the placeholder. */
    private static List<Path> children(List<Path> folders, String name) throws IOException {
        List<Path> children = new ArrayList<>();
        for (Path folder : folders) {
            if (!name.contains(NAME)) {
                children.add(folder.resolve(name));
            } else if (Files.isReadable(folder)) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, name.replace(NAME, "*"))) {
                    entries.forEach(children::add);
                }
            }
        }
        return children.stream().filter(Files::isDirectory).toList();
    }

    /**
     * Whether two certificates, one of each entry, could have the same directory. Not possible if both directories
     * contain the name at the same place, because the first entry that matches a name applies.
     */
    public boolean sharesDirectory(IncludeFileEntry other) {
        if (directory.contains(NAME)) {
            return false;
        }
        if (!other.directory.contains(NAME)) {
            return directory.equals(other.directory);
        }
        String[] around = other.directory.split(Pattern.quote(NAME), 2);
        return directory.length() > around[0].length() + around[1].length()
                && directory.startsWith(around[0])
                && directory.endsWith(around[1])
                && other.matches(directory.substring(around[0].length(), directory.length() - around[1].length()));
    }

    private IncludeFileLocation location(String certificateName) {
        return new IncludeFileLocation(
                certificateName,
                server,
                Path.of(directory.replace(NAME, certificateName)),
                Path.of(include.replace(NAME, certificateName)),
                keyAccess,
                verifications);
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
