package dev.perennial.events.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.CustomDefinition.AttributeInclusion;
import com.github.victools.jsonschema.generator.CustomDefinition.DefinitionType;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonModule;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import dev.perennial.events.ApprovalId;
import dev.perennial.events.CertificateId;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.OrderId;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * JSON Schema (2020-12) of each type's data. Additional fields are allowed everywhere, so that later versions may add
 * fields.
 */
final class Schemas {
    /** Types that are a single string on the wire. */
    private static final Map<Class<?>, String> FORMATS = Map.of(
            ApprovalId.class, "uuid",
            CertificateId.class, "uuid",
            OrderId.class, "uuid",
            URI.class, "uri",
            Instant.class, "date-time",
            Duration.class, "duration");

    private static final SchemaGenerator GENERATOR = generator();

    private Schemas() {}

    static String fileName(EventType type) {
        return type.wireName() + ".json";
    }

    static ObjectNode of(EventType type) {
        ObjectNode generated = GENERATOR.generateSchema(type.dataClass());
        withoutNull(generated);
        ObjectNode schema = generated.objectNode();
        schema.set("$schema", generated.remove("$schema"));
        schema.put("$id", "urn:perennial:event:" + type.wireName());
        schema.put("title", type.wireName());
        schema.put("description", Wording.of(type));
        schema.setAll(generated);
        if (type == EventType.CERTIFICATE_REQUESTED) {
            Wording.describeRequest(schema);
        } else if (type == EventType.REVOCATION_REQUESTED) {
            Wording.describeRevocation(schema);
        }
        return schema;
    }

    /** Absent fields are omitted; the reader also accepts null for them, but the contract does not include that. */
    private static void withoutNull(JsonNode schema) {
        schema.forEach(Schemas::withoutNull);
        if (schema instanceof ObjectNode object && object.path("type").isArray()) {
            object.set("type", object.get("type").get(0));
        }
    }

    private static SchemaGenerator generator() {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        EventCodec.mapper(), SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .with(new JacksonModule(
                        JacksonOption.RESPECT_JSONPROPERTY_REQUIRED, JacksonOption.FLATTENED_ENUMS_FROM_JSONVALUE))
                .with(Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES);
        config.forTypesInGeneral()
                .withPropertySorter((first, second) -> 0)
                .withCustomDefinitionProvider((type, context) -> {
                    String format = FORMATS.get(type.getErasedType());
                    if (format == null) {
                        return null;
                    }
                    ObjectNode text = context.getGeneratorConfig().createObjectNode();
                    text.put("type", "string").put("format", format);
                    return new CustomDefinition(text, DefinitionType.INLINE, AttributeInclusion.YES);
                });
        return new SchemaGenerator(config.build());
    }
}
