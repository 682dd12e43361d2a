package dev.perennial.events.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.perennial.events.DecodedRecord;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Golden;
import dev.perennial.events.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AsyncApiTest {
    private static final Path RESOURCES = Path.of("src", "main", "resources");

    @Test
    void theCommittedDocumentMatchesTheRecords() throws IOException {
        CommittedFile.resource("asyncapi.yaml").assertIs(Documents.yaml(AsyncApi.document()));
    }

    @Test
    void theCommittedPageMatchesTheRecords() throws IOException {
        CommittedFile.page("events.md").assertIs(EventsPage.text());
    }

    @Test
    void yamlKeepsEveryString() throws JsonProcessingException {
        assertThat(Documents.readYaml(Documents.yaml(AsyncApi.document())).toString())
                .isEqualTo(AsyncApi.document().toString());
    }

    @Test
    void everyReferenceResolves() {
        JsonNode document = AsyncApi.document();

        assertThat(document.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> {
            if (reference.startsWith("#")) {
                assertThat(document.at(reference.substring(1)).isMissingNode())
                        .as(reference)
                        .isFalse();
            } else {
                assertThat(Files.exists(RESOURCES.resolve(reference)))
                        .as(reference)
                        .isTrue();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void everyTopicIsAChannelWithItsTypesAndUsers(Topic topic) {
        JsonNode channel = AsyncApi.document().get("channels").get(topic.topicName());

        assertThat(channel.get("address").asText()).isEqualTo(topic.topicName());
        assertThat(channel.get("messages").fieldNames())
                .toIterable()
                .isNotEmpty()
                .containsExactlyElementsOf(Arrays.stream(EventType.values())
                        .filter(type -> type.topic() == topic)
                        .map(EventType::wireName)
                        .toList());
        assertThat(channel.at("/bindings/kafka/topicConfiguration/cleanup.policy/0")
                        .asText())
                .isEqualTo(topic.compacted() ? "compact" : "delete");
        assertThat(AsyncApi.document().get("operations"))
                .filteredOn(
                        operation -> operation.at("/channel/$ref").asText().equals("#/channels/" + topic.topicName()))
                .isNotEmpty()
                .allSatisfy(operation ->
                        assertThat(operation.get("action").asText()).isIn("send", "receive"));
    }

    @ParameterizedTest
    @EnumSource
    void everyTypeIsAMessageWithAValidExample(EventType type) {
        JsonNode example = message(type).get("examples").get(0);

        assertThat(headersValidator(type).validate(example.get("headers"))).isEmpty();
        assertThat(example.get("payload")).isEqualTo(Golden.tree(type));
        assertThat(EventCodec.decode(
                        strings(example.get("headers")),
                        example.get("payload").toString().getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        DecodedRecord.Known.class,
                        known -> assertThat(known.event().type()).isEqualTo(type));
    }

    @ParameterizedTest
    @EnumSource
    void theHeadersSchemaRequiresWhatTheReaderRequires(EventType type) {
        for (String header : Golden.headers(type).keySet()) {
            ObjectNode headers =
                    message(type).get("examples").get(0).get("headers").deepCopy();
            headers.remove(header);

            boolean understood =
                    EventCodec.decode(strings(headers), Golden.text(type).getBytes(StandardCharsets.UTF_8))
                            instanceof DecodedRecord.Known;

            // CloudEvents requires its version from writers; the reader does not.
            assertThat(headersValidator(type).validate(headers).isEmpty())
                    .as("without %s", header)
                    .isEqualTo(understood && !header.equals("ce_specversion"));
        }
    }

    @Test
    void requestSchemasAreSelfContained() {
        JsonNode request = message(EventType.CERTIFICATE_REQUESTED);

        assertThat(request.at("/payload/schema")).isEqualTo(Schemas.of(EventType.CERTIFICATE_REQUESTED));
        assertThat(request.at("/payload").findValues("$ref")).isEmpty();
        assertThat(request.at("/examples/0/headers").fieldNames())
                .toIterable()
                .contains("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "ce_subject", "content-type")
                .contains("traceparent");
        assertThat(request.at("/examples/0/summary").asText()).contains("certificate.requests", "web-team/shop");
    }

    private static JsonNode message(EventType type) {
        return AsyncApi.document().at("/components/messages").get(type.wireName());
    }

    /** The schema of the headers with its reference resolved. */
    private static JsonSchema headersValidator(EventType type) {
        ObjectNode schema = message(type).get("headers").deepCopy();
        schema.putArray("allOf").add(AsyncApi.document().at("/components/schemas/cloudEventHeaders"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        object.properties()
                .forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
        return strings;
    }
}
