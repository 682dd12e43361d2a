package dev.perennial.agent.host;

import dev.perennial.agent.files.KeyFileAccess;
import dev.perennial.agent.targets.includefile.IncludeContent;
import dev.perennial.agent.targets.includefile.IncludeSyntax;
import dev.perennial.agent.targets.onefile.CommandServer;
import dev.perennial.agent.targets.onefile.NamePattern;
import dev.perennial.agent.targets.onefile.OneFileEntry;
import dev.perennial.agent.targets.onefile.PathTemplate;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the host file and creates its targets; the only class that depends on kinds of targets. It reads the YAML node
 * tree, so that the file cannot instantiate classes and every error has a line.
 */
final class HostFileReader {
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(ms|s|m)");
    /** A path that needs no quotes in the server's configuration: no blank, quote, semicolon or variable. */
    private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9._+@{}-]+)+");

    private static final Pattern MODE = Pattern.compile("0?[0-7]{3}");

    private final Path path;
    private final String file;

    HostFileReader(Path path) {
        this.path = path.toAbsolutePath().normalize();
        this.file = path.getFileName().toString();
    }

    HostFile read() {
        YamlSection root = new YamlSection(file, "", parse());
        String host = root.text(HostFileKey.HOST);
        if (!HOST.matcher(host).matches()) {
            throw root.error(HostFileKey.HOST, "'" + host + "' is not a host name (letters, digits, dots and hyphens)");
        }
        Map<String, Server> servers = new LinkedHashMap<>();
        root.section(HostFileKey.SERVERS).named().forEach((name, section) -> servers.put(name, server(name, section)));
        List<OneFileEntry> entries = new ArrayList<>();
        for (YamlSection section : root.sections(HostFileKey.CERTIFICATES)) {
            OneFileEntry entry = entry(section, servers);
            for (OneFileEntry other : entries) {
                requireOwnPaths(section, entry, other);
            }
            entries.add(entry);
        }
        root.nothingElse();
        Map<String, CommandServer> groups = new LinkedHashMap<>();
        servers.forEach((name, server) -> groups.put(name, server.group()));
        return new HostFile(host, groups, entries);
    }

    /** A server, and the syntax of its include files. */
    private record Server(CommandServer group, IncludeSyntax syntax) {}

    /** A certificate has a target by each entry that matches, so that two entries never write the same path. */
    private static void requireOwnPaths(YamlSection section, OneFileEntry entry, OneFileEntry other) {
        if (entry.sharesFile(other)) {
            throw section.error(
                    HostFileKey.INCLUDE,
                    "another entry writes the same file, for the same or another certificate; use a different path");
        }
        if (entry.sharesPath(other)) {
            throw section.error(
                    HostFileKey.DIRECTORY,
                    "another entry uses the same directory, or the same links in 'live' beside it, for the same or"
                            + " another certificate; use a different path");
        }
    }

    private Node parse() {
        try (Reader reader = Files.newBufferedReader(path)) {
            Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(reader);
            if (root == null) {
                throw new HostFileException(file + ": the file is empty");
            }
            return root;
        } catch (IOException e) {
            throw new HostFileException(
                    "the host file " + path + " (perennial.agent.host-file) cannot be read: " + e, e);
        } catch (MarkedYAMLException e) {
            String line = e.getProblemMark() == null
                    ? ""
                    : " line " + (e.getProblemMark().getLine() + 1);
            throw new HostFileException(file + line + ": not YAML: " + e.getProblem(), e);
        } catch (YAMLException e) {
            throw new HostFileException(file + ": not YAML: " + e.getMessage(), e);
        }
    }

    private Server server(String name, YamlSection section) {
        if (!HOST.matcher(name).matches()) {
            throw section.error("'" + name + "' is not a name for a server (letters, digits, dots and hyphens)");
        }
        IncludeSyntax syntax =
                switch (section.text(HostFileKey.SYNTAX)) {
                    case "nginx" -> IncludeSyntax.NGINX;
                    case "apache" -> IncludeSyntax.APACHE;
                    default -> throw section.error(HostFileKey.SYNTAX, "must be 'nginx' or 'apache'");
                };
        CommandServer server = new CommandServer(
                name,
                section.texts(HostFileKey.TEST),
                section.texts(HostFileKey.RELOAD),
                duration(section, HostFileKey.SETTLE),
                duration(section, HostFileKey.TIMEOUT),
                section.optional(HostFileKey.LOCK).isPresent()
                        ? Path.of(path(section, HostFileKey.LOCK))
                        : path.resolveSibling(file + "." + name + ".lock"));
        section.nothingElse();
        return new Server(server, syntax);
    }

    private static OneFileEntry entry(YamlSection section, Map<String, Server> servers) {
        String match = section.text(HostFileKey.MATCH);
        Server server = servers.get(section.text(HostFileKey.SERVER));
        if (server == null) {
            throw section.error(
                    HostFileKey.SERVER,
                    "is not one of the servers in this file: " + String.join(", ", servers.keySet()));
        }
        String directory = path(section, HostFileKey.DIRECTORY);
        String include = path(section, HostFileKey.INCLUDE);
        if (match.contains("*") || match.contains("?")) {
            requireName(section, HostFileKey.DIRECTORY, directory);
            requireName(section, HostFileKey.INCLUDE, include);
        }
        if (Path.of(directory).getNameCount() < 2) {
            throw section.error(
                    HostFileKey.DIRECTORY, "must not be directly below the root: live/ is created beside it");
        }
        OneFileEntry entry = new OneFileEntry(
                new NamePattern(match),
                server.group(),
                new PathTemplate(directory),
                new PathTemplate(include),
                new IncludeContent(server.syntax()),
                new KeyFileAccess(
                        mode(section), section.optional(HostFileKey.OWNER), section.optional(HostFileKey.GROUP)),
                section.sections(HostFileKey.VERIFY).stream()
                        .map(VerificationReader::read)
                        .toList());
        section.nothingElse();
        return entry;
    }

    private static void requireName(YamlSection section, HostFileKey key, String value) {
        if (!new PathTemplate(value).hasName()) {
            throw section.error(key, "must contain {name}: the pattern can match more than one certificate");
        }
    }

    private static String path(YamlSection section, HostFileKey key) {
        String value = section.text(key);
        if (!PATH.matcher(value).matches() || !Path.of(value).normalize().equals(Path.of(value))) {
            throw section.error(
                    key, "'" + value + "' is not an absolute path of letters, digits and . _ + @ - without '..'");
        }
        if (value.replace("{name}", "").matches(".*[{}].*")) {
            throw section.error(key, "the only placeholder is {name}");
        }
        return value;
    }

    private static Duration duration(YamlSection section, HostFileKey key) {
        String text = section.text(key);
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw section.error(key, "'" + text + "' is not a duration such as 500ms, 5s or 2m");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
    }

    private static Set<PosixFilePermission> mode(YamlSection section) {
        String text = section.text(HostFileKey.MODE);
        if (!MODE.matcher(text).matches()) {
            throw section.error(HostFileKey.MODE, "'" + text + "' is not an octal mode such as \"0600\"");
        }
        int bits = Integer.parseInt(text, 8);
        if ((bits & 0137) != 0 || (bits & 0400) == 0) {
            throw section.error(
                    HostFileKey.MODE, "'" + text + "' is not a mode for a private key; use 0400, 0600, 0440 or 0640");
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] fromLeft = PosixFilePermission.values();
        for (int i = 0; i < fromLeft.length; i++) {
            if ((bits & (0400 >> i)) != 0) {
                permissions.add(fromLeft[i]);
            }
        }
        return permissions;
    }
}
