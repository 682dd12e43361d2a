package dev.perennial.events.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Golden;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * New bytes with the baseline's reader. The reader is represented by its JSON Schemas, which are frozen in {@code
 * src/test/resources/baseline/schemas}; {@code docs/reference/wire-names.md} says how closely they describe its code.
 */
class BaselineReaderTest {
    /** Newer codes, in REST and in {@code certificate.refused} only, which no service reads. */
    private static final Set<String> NOT_READ = Set.of(
            "waiting-for-capacity",
            "access-denied",
            "forbidden-for-owner",
            "owner-limit-reached",
            "policy-changed",
            "host-in-use",
            "too-many-requests",
            "approval-rejected",
            "approval-expired",
            "approval-conflict",
            "too-many-approvals",
            "name-in-use");

    /** Two types changed before the first release, and others are newer; the baseline cannot read them. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "APPROVAL_DECIDED",
                "APPROVAL_REQUESTED",
                "CERTIFICATE_NAMES_FAILING",
                "CERTIFICATE_RETIRED",
                "CERTIFICATE_TRANSFERRED"
            })
    void theBaselineAcceptsTheGoldenFile(EventType type) throws IOException {
        var baseline = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                .getSchema(
                        frozen(type),
                        SchemaValidatorsConfig.builder()
                                .formatAssertionsEnabled(true)
                                .build());

        assertThat(baseline.validate(Golden.tree(type))).isEmpty();
    }

    /** Also an optional field: without it, the baseline would read its default. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {
                "APPROVAL_DECIDED",
                "APPROVAL_REQUESTED",
                "CERTIFICATE_NAMES_FAILING",
                "CERTIFICATE_RETIRED",
                "CERTIFICATE_TRANSFERRED"
            })
    void theBaselineFindsEveryFieldThatItReads(EventType type) throws IOException {
        List<String> differences = new ArrayList<>();

        compare("", frozen(type), Schemas.of(type), differences);

        assertThat(differences)
                .as("bytes that are written now and that the baseline rejects or reads differently")
                .isEmpty();
    }

    private static void compare(String at, JsonNode old, JsonNode now, List<String> differences) {
        assertThat(old.has("$ref") || now.has("$ref"))
                .as("a reference at %s", at)
                .isFalse();
        if (now.isMissingNode()) {
            differences.add(at + " is missing");
            return;
        }
        for (String keyword : List.of("type", "format", "pattern", "additionalProperties")) {
            if (!old.path(keyword).equals(now.path(keyword))) {
                differences.add(at + " has the " + keyword + " " + now.path(keyword) + ", not " + old.path(keyword));
            }
        }
        List<JsonNode> values = old.path("enum").valueStream().toList();
        if (!values.isEmpty() && !now.has("enum")) {
            differences.add(at + " may have any value, not only " + values);
        }
        now.path("enum")
                .valueStream()
                .filter(value -> !values.isEmpty() && !values.contains(value))
                .filter(value -> !NOT_READ.contains(value.asText()))
                .forEach(value -> differences.add(at + " has the unknown value " + value));
        List<JsonNode> required = now.path("required").valueStream().toList();
        old.path("required")
                .valueStream()
                .filter(field -> !required.contains(field))
                .forEach(field -> differences.add(at + "/" + field.asText() + " may be absent"));
        for (Map.Entry<String, JsonNode> field : old.path("properties").properties()) {
            compare(
                    at + "/" + field.getKey(),
                    field.getValue(),
                    now.path("properties").path(field.getKey()),
                    differences);
        }
        if (old.has("items")) {
            compare(at + "/0", old.path("items"), now.path("items"), differences);
        }
    }

    private static JsonNode frozen(EventType type) throws IOException {
        String name = "/baseline/schemas/" + Schemas.fileName(type);
        try (InputStream file = BaselineReaderTest.class.getResourceAsStream(name)) {
            assertThat(file).as("src/test/resources%s", name).isNotNull();
            return EventCodec.mapper().readTree(file);
        }
    }
}
