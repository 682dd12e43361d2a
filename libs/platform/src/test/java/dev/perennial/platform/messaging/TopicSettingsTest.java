package dev.perennial.platform.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Topic;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TopicSettingsTest {
    @ParameterizedTest
    @EnumSource
    void acceptsATopicOfTheContract(Topic topic) {
        assertThat(TopicSettings.of(topic.topicName()).orElseThrow().deviations(topic.settings()))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "retention.ms, 604800000, 1",
        "retention.ms, 1209600001, 0",
        "retention.ms, -1, 0",
        "retention.ms, , 1",
        "retention.bytes, 1073741824, 1",
        "cleanup.policy, compact, 1",
        "max.message.bytes, 1048588, 1",
        "compression.type, producer, 1"
    })
    void reportsASettingThatLosesRecordsOrExhaustsTheMemory(String name, String value, int deviations) {
        Map<String, String> actual = new HashMap<>(Topic.REQUESTS.settings());
        actual.put(name, value == null ? "" : value);

        assertThat(TopicSettings.of("certificate.requests").orElseThrow().deviations(actual))
                .hasSize(deviations)
                .allSatisfy(text -> assertThat(text).contains(name, "certificate.requests", "must be"));
    }

    @Test
    void reportsACompactedTopicThatIsNotCompacted() {
        assertThat(TopicSettings.of("certificate.issuers").orElseThrow().deviations(Topic.REQUESTS.settings()))
                .containsExactly("cleanup.policy of certificate.issuers is 'delete', but must be compact");
    }

    @Test
    void acceptsLargerDeadLetters() {
        Map<String, String> actual = new HashMap<>(Topic.deadLetterSettings());
        actual.put("max.message.bytes", "10000000");

        assertThat(TopicSettings.ofDeadLetters("certificate.requests.order-service.dlq")
                        .deviations(actual))
                .isEmpty();
    }
}
