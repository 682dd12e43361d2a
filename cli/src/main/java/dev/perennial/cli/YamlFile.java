package dev.perennial.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Files in YAML, of which JSON is a part, as the bodies of the API. */
final class YamlFile {
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .build();
    private static final ObjectReader UNIQUE_KEYS = YAML.reader()
            .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // A second document would be ignored.
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private YamlFile() {}

    /** @throws ParameterException if the file cannot be read, or is no object */
    static ObjectNode read(Path file, CommandLine command) {
        try {
            JsonNode read = UNIQUE_KEYS.readTree(Files.readAllBytes(file));
            if (read instanceof ObjectNode object) {
                return object;
            }
            throw new ParameterException(command, file + " must be an object, with keys and values");
        } catch (JsonProcessingException e) {
            throw new ParameterException(
                    command,
                    file + " is not valid YAML"
                            + (e.getLocation() == null
                                    ? ""
                                    : " at line " + e.getLocation().getLineNr())
                            + ": " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new ParameterException(
                    command,
                    "cannot read " + file + " (" + e.getClass().getSimpleName()
                            + "); check the path and its permissions");
        }
    }

    static String text(JsonNode document) {
        try {
            return YAML.writeValueAsString(document);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree cannot be written", e);
        }
    }
}
