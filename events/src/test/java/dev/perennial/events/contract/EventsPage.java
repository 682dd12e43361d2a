package dev.perennial.events.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.perennial.events.EventType;
import dev.perennial.events.Golden;
import dev.perennial.events.Topic;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** docs/reference/events.md: the contract as a page. */
final class EventsPage {
    private static final String RESOURCES = "../../events/src/main/resources/";
    private static final String GOLDEN = "../../events/src/test/resources/golden/";

    private final StringBuilder page = new StringBuilder();

    private EventsPage() throws JsonProcessingException {
        introduction();
        topics();
        types();
        request();
    }

    static String text() throws JsonProcessingException {
        return new EventsPage().page.toString();
    }

    private void introduction() {
        page.append("""
                # Events

                <!-- Generated from the event records; see CONTRIBUTING.md. Edits are lost. -->

                The events on Kafka are CloudEvents 1.0 in binary mode: attributes as record headers `ce_*`, the value in
                JSON. The same description for programs: [asyncapi.yaml](%sasyncapi.yaml). Failures carry a `problem`, whose codes are
                explained in [errors.md](errors.md).

                Changes within a version only add. Readers ignore unknown fields, acknowledge and count records of
                unknown types, and process a record once by its (topic, `ce_source`, `ce_id`). A record of a known type that
                cannot be read goes to `<topic>.<consumer>.dlq`. A fact of a writer that does not own the topic is refused
                ([foreign events](../operating/kafka.md#foreign-events)).
                Services and agents sign what they publish: the signature is the CloudEvents extension `signature`, header
                `ce_signature` ([signed facts](../operating/kafka.md#signed-facts)). Every event but a request names its
                initiator in `ce_authid` and `ce_authtype` ([initiators](../operating/access.md#initiators)).

                """.formatted(RESOURCES));
    }

    private void topics() {
        page.append("## Topics\n\n");
        page.append("| topic | written by | read by | record key | clean-up |\n|---|---|---|---|---|\n");
        for (Topic topic : Topic.values()) {
            TopicUse use = TopicUse.of(topic);
            row(
                    "`" + topic.topicName() + "`",
                    use.writer(),
                    String.join(", ", use.readers()),
                    use.key().replace("<owner>/<name>", "`<owner>/<name>`"),
                    use.cleanupPolicy());
        }
        page.append("""

                Each topic has %d partitions. Observers may read every topic but the last.

                """.formatted(Topic.PARTITIONS));
        writers();
        settings();
    }

    private void writers() {
        page.append("""
                ### Who may publish what

                A record has no effect if its type belongs to another topic, if its `ce_source` is not one of the topic, or if its
                signature is not valid with a key of its writer. `WrongWritersScenarioIT` publishes every type on every topic as
                every wrong writer.

                """);
        row("topic", "`ce_source`", "signed by", "public keys", "types");
        page.append("|---|---|---|---|---|\n");
        for (Topic topic : Topic.values()) {
            TopicUse use = TopicUse.of(topic);
            row(
                    "`" + topic.topicName() + "`",
                    use.acceptedSource(),
                    use.signer(),
                    use.publicKeys(),
                    use.types().stream()
                            .map(type -> "`" + type.wireName() + "`")
                            .collect(Collectors.joining(", ")));
        }
        page.append("""

                On a topic of a team, `certificate.requests.<owner>`, the types and sources are those of `certificate.requests`.
                A tombstone is signed like a record with a value.

                """);
    }

    private void settings() {
        page.append("""
                ### Settings of the topics

                The services compare the topics with these settings at start ([Kafka](../operating/kafka.md#topics)). With three
                brokers or more, the replication factor is %d and `min.insync.replicas` is %d. Dead-letter topics
                (`<topic>.<consumer>.dlq`) have one partition.

                """.formatted(Topic.REPLICATION_FACTOR, Topic.MIN_INSYNC_REPLICAS));
        var topics = new TreeMap<String, Map<String, String>>();
        for (Topic topic : Topic.values()) {
            topics.put("`" + topic.topicName() + "`", topic.settings());
        }
        topics.put("dead-letter topics", Topic.deadLetterSettings());
        List<String> names = topics.values().stream()
                .flatMap(settings -> settings.keySet().stream())
                .distinct()
                .sorted()
                .toList();
        row("topic", names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(" | ")));
        page.append("|---".repeat(names.size() + 1)).append("|\n");
        topics.forEach((topic, settings) -> row(
                topic,
                names.stream().map(name -> settings.getOrDefault(name, "")).collect(Collectors.joining(" | "))));
        page.append('\n');
    }

    private void types() {
        page.append("## Types\n\n");
        page.append("| type | topic | written by | read by | record key | meaning | schema | example |\n");
        page.append("|---|---|---|---|---|---|---|---|\n");
        for (EventType type : EventType.values()) {
            TopicUse use = TopicUse.of(type.topic());
            String file = Schemas.fileName(type);
            row(
                    "`" + type.wireName() + "`",
                    "`" + type.topic().topicName() + "`",
                    use.writer(),
                    String.join(", ", use.readers()),
                    "`" + Golden.key(type) + "`",
                    Wording.of(type),
                    "[schema](" + RESOURCES + "schemas/" + file + ")",
                    "[example](" + GOLDEN + file + ")");
        }
        page.append('\n');
    }

    private void request() throws JsonProcessingException {
        EventType type = EventType.CERTIFICATE_REQUESTED;
        String value = Documents.json(Golden.tree(type));
        page.append("## A request, complete\n\n");
        page.append("Topic `" + type.topic().topicName() + "`, record key `" + Golden.key(type) + "`, headers:\n\n");
        page.append("| header | value |\n|---|---|\n");
        Golden.headers(type).forEach((name, header) -> row("`" + name + "`", "`" + header + "`"));
        page.append("\nValue:\n\n```json\n" + value + "```\n\n");
        page.append("With Kafka's own console producer (replace `ce_id` and `ce_time`, omit `traceparent`):\n\n");
        page.append("```\n" + consoleLine(type) + "```\n\n");
        page.append("""
                The answer is published on `certificate.orders`: `certificate.accepted` or `certificate.refused`, whose `requestId` is
                the `ce_id` of the request. On acceptance, `certificateId` is the record key of all following events:
                `certificate.issued` on `certificate.issuances`, then one `certificate.deployed` per target on
                `certificate.deployments`.
                """);
    }

    private static String consoleLine(EventType type) {
        String headers = Golden.headers(type).entrySet().stream()
                .filter(header -> !header.getKey().equals(Headers.TRACEPARENT))
                .map(header -> header.getKey() + ":" + header.getValue())
                .collect(Collectors.joining(","));
        return """
                printf '%%s\\t%%s\\t%%s\\n' \\
                  '%s' \\
                  '%s' \\
                  '%s' |
                kafka-console-producer.sh --bootstrap-server localhost:9092 --topic %s \\
                  --property parse.headers=true --property parse.key=true
                """.formatted(
                headers, Golden.key(type), Golden.tree(type), type.topic().topicName());
    }

    private void row(String... cells) {
        page.append("| " + String.join(" | ", cells) + " |\n");
    }
}
