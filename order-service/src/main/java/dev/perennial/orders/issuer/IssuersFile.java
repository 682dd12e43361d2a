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

/** Reads the issuers file: a YAML map {@code issuers} from names to settings as in REST. */
final class IssuersFile {
    private static final String ISSUERS = "issuers";

    private IssuersFile() {}

    /**
     * @throws IllegalStateException if the file cannot be read; the message names the file, and every invalid
     *     issuer and key
     */
    static Map<String, IssuerSettings> read(Path file) {
        JsonNode root = parse(file);
        List<String> unknown = new ArrayList<>();
        root.fieldNames().forEachRemaining(unknown::add);
        unknown.remove(ISSUERS);
        if (!root.isObject() || !root.path(ISSUERS).isObject() || !unknown.isEmpty()) {
            throw unusable(
                    file,
                    List.of("the file must have one key 'issuers' with a map from issuer names to settings"
                            + (unknown.isEmpty() ? "" : "; unknown keys: " + unknown)));
        }
        Map<String, IssuerSettings> settings = new LinkedHashMap<>();
        List<String> errors = new ArrayList<>();
        root.path(ISSUERS).properties().forEach(entry -> {
            try {
                settings.put(entry.getKey(), IssuerReader.read(entry.getKey(), entry.getValue()));
            } catch (IssuerReader.Unreadable e) {
                errors.add(ISSUERS + "." + entry.getKey() + ": " + e.getMessage());
            }
        });
        if (!errors.isEmpty()) {
            throw unusable(file, errors);
        }
        return settings;
    }

    static IllegalStateException unusable(Path file, List<String> errors) {
        return new IllegalStateException(
                "the issuers file " + file + " (perennial.issuers.file) cannot be applied, and no issuer was changed: "
                        + String.join("; ", errors));
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
            throw unusable(file, List.of("it is not YAML: " + e.getMessage()));
        }
    }
}
