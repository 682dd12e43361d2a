package dev.perennial.validation.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that every setting whose default loses or blocks records is explicit. */
class ValidationChannelsTest {
    private static final String IN = "mp.messaging.incoming.";
    private static final String OUT = "mp.messaging.outgoing.";

    private final Properties settings = settings();

    @Test
    void setsRequiredPropertiesOfIncomingChannels() {
        assertThat(channels(IN)).containsExactlyInAnyOrder("orders", "challenges", "issuers");
        for (String channel : channels(IN)) {
            for (String setting : List.of(
                    "connector",
                    "topic",
                    "group.id",
                    "auto.offset.reset",
                    "key.deserializer",
                    "value.deserializer",
                    "fail-on-deserialization-failure",
                    "failure-strategy",
                    "commit-strategy",
                    "session.timeout.ms")) {
                assertThat(settings).as("%s of %s", setting, channel).containsKey(IN + channel + "." + setting);
            }
        }
    }

    @Test
    void setsRequiredPropertiesOfOutgoingChannels() {
        assertThat(channels(OUT)).containsExactlyInAnyOrder("validations", "presented", "dead-letters");
        for (String channel : channels(OUT)) {
            for (String setting :
                    List.of("connector", "key.serializer", "value.serializer", "acks", "enable.idempotence")) {
                assertThat(settings).as("%s of %s", setting, channel).containsKey(OUT + channel + "." + setting);
            }
        }
    }

    @Test
    void consumesOrdersFromTheirTopicWithDeadLetterQueue() {
        assertThat(settings)
                .containsEntry(IN + "orders.topic", Topic.ORDERS.topicName())
                .containsEntry(IN + "orders.group.id", "validation-service")
                .containsEntry(IN + "orders.auto.offset.reset", "earliest")
                .containsEntry(IN + "orders.record-order", "key")
                .containsEntry(IN + "orders.throttled.unprocessed-record-max-age.ms", "0")
                .containsEntry(IN + "orders.failure-strategy", "dead-letter-queue")
                .containsEntry(IN + "orders.dead-letter-queue.topic", Topic.ORDERS.deadLetters("validation-service"))
                .containsEntry(IN + "orders.fail-on-deserialization-failure", "false")
                .containsEntry(OUT + "validations.topic", Topic.VALIDATIONS.topicName());
    }

    @Test
    void readsChallengesFromTheBeginningInEveryReplica() {
        assertThat(settings)
                .containsEntry(IN + "challenges.topic", Topic.CHALLENGES.topicName())
                .containsEntry(IN + "challenges.auto.offset.reset", "earliest")
                .containsEntry(IN + "challenges.commit-strategy", "ignore")
                .containsEntry(OUT + "presented.topic", Topic.CHALLENGES.topicName());
        assertThat(settings.getProperty(IN + "challenges.group.id")).contains("${quarkus.uuid}");
    }

    @Test
    void readsIssuersFromTheBeginningInEveryReplica() {
        assertThat(settings)
                .containsEntry(IN + "issuers.topic", Topic.ISSUERS.topicName())
                .containsEntry(IN + "issuers.auto.offset.reset", "earliest")
                .containsEntry(IN + "issuers.commit-strategy", "ignore");
        assertThat(settings.getProperty(IN + "issuers.group.id")).contains("${quarkus.uuid}");
    }

    private Set<String> channels(String direction) {
        return settings.stringPropertyNames().stream()
                .filter(key -> key.startsWith(direction))
                .map(key -> key.substring(direction.length()).split("\\.")[0])
                .collect(Collectors.toSet());
    }

    private static Properties settings() {
        try (InputStream in = ValidationChannelsTest.class.getResourceAsStream("/application.properties")) {
            Properties settings = new Properties();
            settings.load(in);
            return settings;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
