package dev.perennial.agent.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings that must never be left to a default. */
class ChannelSettingsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "group.id",
                "auto.offset.reset",
                "session.timeout.ms",
                "failure-strategy",
                "fail-on-deserialization-failure",
                "dead-letter-queue.topic",
                "dead-letter-queue.value.serializer",
                "record-order",
                "throttled.unprocessed-record-max-age.ms"
            })
    void isExplicitOnEveryIncomingChannel(String setting) throws IOException {
        Properties properties = properties();

        List<String> channels = properties.stringPropertyNames().stream()
                .filter(key -> key.matches("mp\\.messaging\\.incoming\\.[^.]+\\.connector"))
                .map(key -> key.replaceFirst("connector$", ""))
                .toList();

        assertThat(channels).isNotEmpty().allSatisfy(channel -> assertThat(properties.getProperty(channel + setting))
                .isNotBlank());
    }

    @Test
    void namesTheGroupAfterTheHost() throws IOException {
        assertThat(properties().getProperty("mp.messaging.incoming.issuances.group.id"))
                .isEqualTo("deploy-agent.${perennial.agent.host}");
    }

    private static Properties properties() throws IOException {
        try (var in = ChannelSettingsTest.class.getResourceAsStream("/application.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties;
        }
    }
}
