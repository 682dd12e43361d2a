package dev.perennial.events.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.ErrorCode;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Golden;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SchemasTest {
    /** A field that the schema of the type requires, by its path in the golden file. */
    record Required(EventType type, String parent, String field) {
        @Override
        public String toString() {
            return type.wireName() + parent + "/" + field;
        }

        ObjectNode object(ObjectNode golden) {
            return (ObjectNode) golden.at(parent);
        }

        /** The path in the form of messages: {@code order.identifiers[0].type}. */
        String path() {
            return (parent + "/" + field)
                    .substring(1)
                    .replaceAll("/(\\d+)", "[$1]")
                    .replace('/', '.');
        }
    }

    @ParameterizedTest
    @EnumSource
    void theCommittedSchemaMatchesTheRecord(EventType type) throws IOException {
        CommittedFile.resource("schemas/" + Schemas.fileName(type)).assertIs(pretty(Schemas.of(type)));
    }

    @Test
    void noObsoleteSchemaExists() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("src", "main", "resources", "schemas"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(Arrays.stream(EventType.values())
                            .map(Schemas::fileName)
                            .toList());
        }
    }

    @ParameterizedTest
    @EnumSource
    void theGoldenFileIsValidAndShowsEveryFieldOfTheRecord(EventType type) {
        ObjectNode golden = Golden.tree(type);

        assertThat(validator(type).validate(golden)).isEmpty();
        assertThat(golden.fieldNames())
                .toIterable()
                .containsExactlyElementsOf(names(Schemas.of(type).get("properties")));
    }

    @ParameterizedTest
    @EnumSource
    void fieldsThatTheSchemaDoesNotRequireMayBeAbsent(EventType type) {
        ObjectNode least = Golden.tree(type);
        List<String> required = required(Schemas.of(type));
        least.retain(required);

        assertThat(validator(type).validate(least)).isEmpty();
        assertThat(EventCodec.decode(Golden.headers(type), bytes(least))).isInstanceOf(DecodedRecord.Known.class);
    }

    @ParameterizedTest
    @MethodSource("requiredFields")
    void theReaderNamesAMissingRequiredField(Required required) {
        ObjectNode data = Golden.tree(required.type());
        required.object(data).remove(required.field());

        assertRefused(required, data, "is required");
    }

    @ParameterizedTest
    @MethodSource("requiredFields")
    void theReaderRefusesNullIfTheSchemaDoes(Required required) {
        ObjectNode data = Golden.tree(required.type());
        required.object(data).putNull(required.field());

        assertRefused(required, data, "must not be null");
    }

    private static void assertRefused(Required required, ObjectNode data, String defect) {
        assertThat(validator(required.type()).validate(data)).isNotEmpty();
        assertThat(EventCodec.decode(Golden.headers(required.type()), bytes(data)))
                .isInstanceOfSatisfying(DecodedRecord.Malformed.class, malformed -> {
                    assertThat(malformed.problem().code()).isEqualTo(ErrorCode.INVALID_FIELD);
                    assertThat(malformed.problem().detail()).isEqualTo("field '" + required.path() + "' " + defect);
                });
    }

    static Stream<Required> requiredFields() {
        return Arrays.stream(EventType.values()).flatMap(type -> {
            ObjectNode schema = Schemas.of(type);
            return requiredFields(type, schema, schema, "", Golden.tree(type));
        });
    }

    private static Stream<Required> requiredFields(
            EventType type, JsonNode root, JsonNode schema, String at, JsonNode golden) {
        JsonNode here = schema.has("$ref") ? root.at(schema.get("$ref").asText().substring(1)) : schema;
        if (golden.isArray()) {
            return requiredFields(type, root, here.get("items"), at + "/0", golden.get(0));
        }
        if (!golden.isObject() || !here.has("properties")) {
            return Stream.empty();
        }
        return Stream.concat(
                required(here).stream().map(field -> new Required(type, at, field)),
                names(here.get("properties")).stream()
                        .flatMap(field -> requiredFields(
                                type, root, here.get("properties").get(field), at + "/" + field, golden.get(field))));
    }

    private static JsonSchema validator(EventType type) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        Schemas.of(type),
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());
    }

    private static List<String> required(JsonNode schema) {
        return schema.withArray("/required").valueStream().map(JsonNode::asText).toList();
    }

    private static List<String> names(JsonNode properties) {
        return properties.propertyStream().map(Map.Entry::getKey).toList();
    }

    private static byte[] bytes(JsonNode data) {
        return data.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String pretty(ObjectNode schema) throws JsonProcessingException {
        return Documents.json(schema);
    }
}
