package dev.perennial.orders.issuer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.IssuerSettings;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** The YAML file: {@code issuers}, by name, each as REST would take it. */
final class IssuersFile {
    private static final String ISSUERS = "issuers";

    private IssuersFile() {}

    /** @throws IllegalStateException naming the file and every issuer that cannot be read, with the key that is wrong */
    static Map<String, IssuerSettings> read(Path file) {
        JsonNode root = parse(file);
        List<String> unknown = new ArrayList<>();
        root.fieldNames().forEachRemaining(unknown::add);
        unknown.remove(ISSUERS);
        if (!root.isObject() || !root.path(ISSUERS).isObject() || !unknown.isEmpty()) {
            throw unusable(
                    file,
                    List.of("one key 'issuers' is expected, and below it an issuer by its name"
                            + (unknown.isEmpty() ? "" : "; not known: " + unknown)));
        }
        Map<String, IssuerSettings> settings = new LinkedHashMap<>();
        List<String> complaints = new ArrayList<>();
        root.path(ISSUERS).properties().forEach(entry -> {
            try {
                settings.put(entry.getKey(), IssuerReader.read(entry.getKey(), entry.getValue()));
            } catch (IssuerReader.Unreadable e) {
                complaints.add(ISSUERS + "." + entry.getKey() + ": " + e.getMessage());
            }
        });
        if (!complaints.isEmpty()) {
            throw unusable(file, complaints);
        }
        return settings;
    }

    static IllegalStateException unusable(Path file, List<String> complaints) {
        return new IllegalStateException(
                "the file of issuers " + file + " (perennial.issuers.file) cannot be applied, and nothing of it was: "
                        + String.join("; ", complaints));
    }

    private static JsonNode parse(Path file) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        try (Reader reader = Files.newBufferedReader(file)) {
            Object loaded = new Yaml(new SafeConstructor(options)).load(reader);
            return EventCodec.mapper().valueToTree(Optional.ofNullable(loaded).orElse(Map.of()));
        } catch (IOException e) {
            throw unusable(file, List.of("it cannot be read: " + e));
        } catch (YAMLException e) {
            throw unusable(file, List.of("not YAML: " + e.getMessage()));
        }
    }
}
