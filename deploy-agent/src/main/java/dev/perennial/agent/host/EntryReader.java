package dev.perennial.agent.host;

import dev.perennial.agent.targets.combinedpem.CombinedPemContent;
import dev.perennial.agent.targets.includefile.IncludeContent;
import dev.perennial.agent.targets.includefile.IncludeSyntax;
import dev.perennial.agent.targets.keystore.KeystoreContent;
import dev.perennial.agent.targets.keystore.PasswordFile;
import dev.perennial.agent.targets.onefile.FileContent;
import dev.perennial.agent.targets.onefile.NamePattern;
import dev.perennial.agent.targets.onefile.OneFileEntry;
import dev.perennial.agent.targets.onefile.PathTemplate;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads one of the {@code certificates}. */
final class EntryReader {
    private static final List<HostFileKey> FILES = List.of(HostFileKey.INCLUDE, HostFileKey.FILE, HostFileKey.KEYSTORE);

    private final Map<String, ServerReader.Server> servers;

    EntryReader(Map<String, ServerReader.Server> servers) {
        this.servers = servers;
    }

    OneFileEntry read(YamlSection section) {
        String match = section.text(HostFileKey.MATCH);
        ServerReader.Server server = servers.get(section.text(HostFileKey.SERVER));
        if (server == null) {
            throw section.error(
                    HostFileKey.SERVER,
                    "is not one of the servers in this file: " + String.join(", ", servers.keySet()));
        }
        HostFileKey fileKey = fileKey(section);
        String directory = HostValues.path(section, HostFileKey.DIRECTORY);
        String file = HostValues.path(section, fileKey);
        if (match.contains("*") || match.contains("?")) {
            requireName(section, HostFileKey.DIRECTORY, directory);
            requireName(section, fileKey, file);
        }
        if (Path.of(directory).getNameCount() < 2) {
            throw section.error(
                    HostFileKey.DIRECTORY, "must not be directly below the root: live/ is created beside it");
        }
        OneFileEntry entry = new OneFileEntry(
                new NamePattern(match),
                server.group(),
                new PathTemplate(directory),
                new PathTemplate(file),
                content(section, server, fileKey),
                HostValues.keyAccess(section),
                section.sections(HostFileKey.VERIFY).stream()
                        .map(VerificationReader::read)
                        .toList());
        section.nothingElse();
        return entry;
    }

    /** The key of the file that the entry has: one of three. */
    static HostFileKey fileKey(YamlSection section) {
        List<HostFileKey> present = FILES.stream().filter(section::has).toList();
        if (present.size() != 1) {
            throw section.error("exactly one of include, file and keystore is required");
        }
        return present.getFirst();
    }

    private static FileContent content(YamlSection section, ServerReader.Server server, HostFileKey fileKey) {
        if (server.kind() == ServerReader.Kind.HAPROXY && fileKey != HostFileKey.FILE) {
            throw section.error(
                    fileKey, "HAProxy reads a PEM file with key and certificates: use 'file' and 'content'");
        }
        return switch (fileKey) {
            case INCLUDE -> include(section, server);
            case FILE -> combinedPem(section);
            default -> keystore(section);
        };
    }

    private static FileContent include(YamlSection section, ServerReader.Server server) {
        IncludeSyntax syntax = server.syntax()
                .orElseThrow(() -> section.error(
                        HostFileKey.INCLUDE,
                        "a server of kind '" + server.kind().name().toLowerCase(Locale.ROOT)
                                + "' has no include files; use 'file' or 'keystore'"));
        return new IncludeContent(syntax);
    }

    private static FileContent combinedPem(YamlSection section) {
        List<CombinedPemContent.Part> parts = section.texts(HostFileKey.CONTENT).stream()
                .map(text -> HostValues.constant(section, HostFileKey.CONTENT, text, CombinedPemContent.Part.class))
                .toList();
        CombinedPemContent.problem(parts).ifPresent(problem -> {
            throw section.error(HostFileKey.CONTENT, problem);
        });
        return new CombinedPemContent(parts);
    }

    private static FileContent keystore(YamlSection section) {
        return new KeystoreContent(
                HostValues.constant(
                        section, HostFileKey.FORMAT, section.text(HostFileKey.FORMAT), KeystoreContent.Format.class),
                section.text(HostFileKey.ALIAS),
                new PasswordFile(HostValues.fixedPath(section, HostFileKey.PASSWORD_FILE)));
    }

    /** A certificate has a target by each entry that matches, so that two entries never write the same path. */
    static void requireOwnPaths(YamlSection section, OneFileEntry entry, List<OneFileEntry> others) {
        if (others.stream().anyMatch(entry::sharesFile)) {
            throw section.error(
                    fileKey(section),
                    "another entry writes the same file, for the same or another certificate; use a different path");
        }
        if (others.stream().anyMatch(entry::sharesPath)) {
            throw section.error(
                    HostFileKey.DIRECTORY,
                    "another entry uses the same directory, or the same links in 'live' beside it, for the same or"
                            + " another certificate; use a different path");
        }
    }

    private static void requireName(YamlSection section, HostFileKey key, String value) {
        if (!new PathTemplate(value).hasName()) {
            throw section.error(key, "must contain {name}: the pattern can match more than one certificate");
        }
    }
}
