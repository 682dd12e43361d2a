package dev.perennial.agent.target.includefile;

import dev.perennial.agent.target.ProbeTarget;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One entry of {@code certificates}: a pattern of names and where they go. */
public record IncludeFileEntry(
        String match,
        WebServer server,
        String directory,
        String include,
        Set<PosixFilePermission> mode,
        Optional<String> owner,
        Optional<String> group,
        ProbeTarget probe) {
    public static final String NAME = "{name}";

    public boolean matches(String certificateName) {
        return glob(match).matcher(certificateName).matches();
    }

    public IncludeFileLocation site(String certificateName) {
        return new IncludeFileLocation(
                certificateName,
                server,
                Path.of(directory.replace(NAME, certificateName)),
                Path.of(include.replace(NAME, certificateName)),
                mode,
                owner,
                group,
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
