package dev.perennial.agent.host;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A YAML mapping that is read strictly: an unread key is an error, and every error has its line. */
final class YamlSection {
    private final String file;
    private final String path;
    private final Node node;
    private final Map<String, Node> fields = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    YamlSection(String file, String path, Node node) {
        this.file = file;
        this.path = path;
        this.node = node;
        if (!(node instanceof MappingNode mapping)) {
            throw error(node, path, "a mapping (key: value) is expected here");
        }
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                throw error(tuple.getKeyNode(), path, "a key must be plain text");
            }
            if (fields.putIfAbsent(key.getValue(), tuple.getValueNode()) != null) {
                throw error(key, at(key.getValue()), "the key occurs twice");
            }
        }
    }

    /** The text of a key, or its default; an error if the key is absent and has none. */
    String text(HostFileKey key) {
        return optional(key).or(key::defaultValue).orElseThrow(() -> error(node, at(key.text()), "is required"));
    }

    Optional<String> optional(HostFileKey key) {
        return field(key.text()).map(value -> scalar(value, at(key.text())));
    }

    boolean has(HostFileKey key) {
        return field(key.text()).isPresent();
    }

    /** A non-empty list of strings. */
    List<String> texts(HostFileKey key) {
        List<String> texts = new ArrayList<>();
        for (Node item : sequence(key.text())) {
            texts.add(scalar(item, at(key.text()) + "[" + texts.size() + "]"));
        }
        return texts;
    }

    YamlSection section(HostFileKey key) {
        return section(key.text());
    }

    private YamlSection section(String key) {
        return new YamlSection(file, at(key), required(key));
    }

    List<YamlSection> sections(HostFileKey key) {
        List<YamlSection> sections = new ArrayList<>();
        for (Node item : sequence(key.text())) {
            sections.add(new YamlSection(file, at(key.text()) + "[" + sections.size() + "]", item));
        }
        return sections;
    }

    /** Every key of this mapping with its nested mapping. */
    Map<String, YamlSection> named() {
        Map<String, YamlSection> sections = new LinkedHashMap<>();
        fields.keySet().forEach(key -> sections.put(key, section(key)));
        return sections;
    }

    /** Must be called last: reports the first key that was not read. */
    void nothingElse() {
        fields.forEach((key, value) -> {
            if (!known.contains(key)) {
                throw error(value, at(key), "is not a known key; the keys here are: " + String.join(", ", known));
            }
        });
    }

    HostFileException error(HostFileKey key, String message) {
        return error(fields.getOrDefault(key.text(), node), at(key.text()), message);
    }

    /** An error of the mapping itself. */
    HostFileException error(String message) {
        return error(node, path, message);
    }

    private HostFileException error(Node at, String key, String message) {
        String line = at == null ? "" : " line " + (at.getStartMark().getLine() + 1);
        return new HostFileException(file + line + ": " + (key.isEmpty() ? "" : key + ": ") + message);
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private Optional<Node> field(String key) {
        known.add(key);
        return Optional.ofNullable(fields.get(key));
    }

    private Node required(String key) {
        return field(key).orElseThrow(() -> error(node, at(key), "is required"));
    }

    private List<Node> sequence(String key) {
        Node value = required(key);
        if (!(value instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
            throw error(value, at(key), "a list with at least one item is expected here");
        }
        return sequence.getValue();
    }

    private String scalar(Node value, String key) {
        if (!(value instanceof ScalarNode scalar) || scalar.getValue().isBlank()) {
            throw error(value, key, "a string is expected here");
        }
        return scalar.getValue();
    }
}
