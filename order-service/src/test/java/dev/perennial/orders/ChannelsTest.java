package dev.perennial.orders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Topic;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The defaults of the client lose records or block, so that the failure handling of each channel must be explicit.
 */
class ChannelsTest {
    private static final String INCOMING = "mp.messaging.incoming.";
    private static final Map<String, Topic> CHANNELS = Map.of(
            "requests", Topic.REQUESTS,
            "team-requests", Topic.REQUESTS,
            "validations", Topic.VALIDATIONS,
            "issuances", Topic.ISSUANCES,
            "deployments", Topic.DEPLOYMENTS);

    @Test
    void setsTheFailureHandlingOfEveryChannel() throws IOException {
        Properties properties = read();
        Set<String> channels = new TreeSet<>();
        for (String key : properties.stringPropertyNames()) {
            if (key.startsWith(INCOMING)) {
                channels.add(key.substring(INCOMING.length()).split("\\.", 2)[0]);
            }
        }

        assertThat(channels).containsExactlyInAnyOrderElementsOf(CHANNELS.keySet());
        for (String channel : channels) {
            for (String key : List.of(
                    "throttled.unprocessed-record-max-age.ms",
                    "auto.commit.interval.ms",
                    "dead-letter-queue.max.request.size")) {
                assertThat(properties.getProperty(INCOMING + channel + "." + key))
                        .as(channel + " " + key)
                        .matches("[0-9]+");
            }
            CHANNEL_VALUES.forEach((key, value) -> assertThat(properties.getProperty(INCOMING + channel + "." + key))
                    .as(channel + " " + key)
                    .isEqualTo(value));
            Topic topic = CHANNELS.get(channel);
            assertThat(properties.getProperty(INCOMING + channel + ".topic"))
                    .isEqualTo(channel.equals("team-requests") ? Topic.TEAM_TOPICS.pattern() : topic.topicName());
            assertThat(properties.getProperty(INCOMING + channel + ".group.id"))
                    .isEqualTo(channel.equals("team-requests") ? "order-service-teams" : "order-service");
            assertThat(properties.getProperty(INCOMING + channel + ".dead-letter-queue.topic"))
                    .isEqualTo(topic.deadLetters("order-service"));
        }
    }

    @Test
    void acceptsDeadLettersOfOneMegabyte() throws IOException {
        String limit = read().getProperty(INCOMING + "requests.dead-letter-queue.max.request.size");

        assertThat(Integer.parseInt(limit)).isGreaterThan(1024 * 1024 + 64 * 1024);
    }

    @Test
    void publishesToItsOwnTopicsOnlyWithAllAcks() throws IOException {
        Properties properties = read();

        Map.of("orders", Topic.ORDERS, "issuers", Topic.ISSUERS).forEach((channel, topic) -> {
            String prefix = "mp.messaging.outgoing." + channel + ".";
            assertThat(properties.getProperty(prefix + "topic")).isEqualTo(topic.topicName());
            assertThat(properties.getProperty(prefix + "acks")).isEqualTo("all");
            assertThat(properties.getProperty(prefix + "enable.idempotence")).isEqualTo("true");
        });
        assertThat(properties.stringPropertyNames())
                .filteredOn(key -> key.startsWith("mp.messaging.outgoing."))
                .allMatch(key -> key.matches("mp\\.messaging\\.outgoing\\.(orders|issuers|dead-letters)\\..*"));
    }

    private static final Map<String, String> CHANNEL_VALUES = Map.of(
            "auto.offset.reset", "earliest",
            "failure-strategy", "dead-letter-queue",
            "fail-on-deserialization-failure", "false",
            "commit-strategy", "throttled",
            "session.timeout.ms", "10000");

    private static Properties read() throws IOException {
        Properties properties = new Properties();
        try (InputStream file = ChannelsTest.class.getResourceAsStream("/application.properties")) {
            properties.load(file);
        }
        return properties;
    }
}
