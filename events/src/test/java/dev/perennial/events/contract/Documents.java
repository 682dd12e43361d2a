package dev.perennial.events.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.perennial.events.EventCodec;

/** Writes generated documents with the same bytes on every system. */
final class Documents {
    private static final DefaultIndenter TWO_SPACES = new DefaultIndenter("  ", "\n");

    // Strings stay quoted, because readers of YAML 1.1 would otherwise parse a date as another type.
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
            .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
            .build();

    private Documents() {}

    static String json(JsonNode node) throws JsonProcessingException {
        return EventCodec.mapper()
                        .writer(new DefaultPrettyPrinter(Separators.createDefaultInstance()
                                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER))
                                .withObjectIndenter(TWO_SPACES)
                                .withArrayIndenter(TWO_SPACES))
                        .writeValueAsString(node)
                + "\n";
    }

    static String yaml(JsonNode node) throws JsonProcessingException {
        return YAML.writeValueAsString(node);
    }

    static JsonNode readYaml(String text) throws JsonProcessingException {
        return YAML.readTree(text);
    }
}
