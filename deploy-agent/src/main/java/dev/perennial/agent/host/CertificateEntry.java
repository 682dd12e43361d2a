package dev.perennial.agent.host;

import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** One entry of {@code certificates}: a pattern of names and where they go. */
record CertificateEntry(
        String match,
        WebServer server,
        String directory,
        String include,
        Set<PosixFilePermission> mode,
        Optional<String> owner,
        Optional<String> group,
        ProbeTarget probe) {
    static final String NAME = "{name}";

    boolean matches(String certificateName) {
        return glob(match).matcher(certificateName).matches();
    }

    InstallLocation site(String certificateName) {
        return new InstallLocation(
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
