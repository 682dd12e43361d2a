package dev.perennial.agent.host;

import dev.perennial.agent.targets.TargetGroup;
import dev.perennial.agent.targets.onefile.OneFileEntry;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads the host file and creates its targets, with the readers of its parts. It reads the YAML node
 * tree, so that the file cannot instantiate classes and every error has a line.
 */
final class HostFileReader {
    private final Path path;
    private final String file;

    HostFileReader(Path path) {
        this.path = path.toAbsolutePath().normalize();
        this.file = path.getFileName().toString();
    }

    HostFile read() {
        YamlSection root = new YamlSection(file, "", parse());
        String host = root.text(HostFileKey.HOST);
        if (!HostValues.NAME.matcher(host).matches()) {
            throw root.error(HostFileKey.HOST, "'" + host + "' is not a host name (letters, digits, dots and hyphens)");
        }
        Map<String, ServerReader.Server> servers = new LinkedHashMap<>();
        Map<String, TargetGroup> groups = new LinkedHashMap<>();
        ServerReader serverReader = new ServerReader(path);
        root.section(HostFileKey.SERVERS).named().forEach((name, section) -> {
            ServerReader.Server server = serverReader.read(name, section);
            servers.put(name, server);
            groups.put(name, server.group());
        });
        EntryReader entryReader = new EntryReader(servers);
        List<OneFileEntry> entries = new ArrayList<>();
        for (YamlSection section : root.sections(HostFileKey.CERTIFICATES)) {
            OneFileEntry entry = entryReader.read(section);
            EntryReader.requireOwnPaths(section, entry, entries);
            entries.add(entry);
        }
        root.nothingElse();
        return new HostFile(host, groups, entries);
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
}
