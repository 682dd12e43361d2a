package dev.perennial.issuerfeed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CloudEvent;
import dev.perennial.events.EventCodec;
import dev.perennial.events.EventType;
import dev.perennial.events.Initiator;
import dev.perennial.events.IssuerConfigured;
import dev.perennial.events.IssuerSettings;
import dev.perennial.events.Topic;
import dev.perennial.platform.messaging.EventReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class IssuerConsumerTest {
    private static final String NAME = "zerossl";
    private static final URI SOURCE = URI.create("/perennial/order-service");
    private static final Initiator SYSTEM = Initiator.system(SOURCE);

    private final IssuerConsumer consumer =
            new IssuerConsumer(new EventReader(new SimpleMeterRegistry(), (record, headers, type) -> true));

    @Test
    void knowsAnIssuerUntilItsTombstone() {
        configured("https://ca.test/7", 7);
        assertThat(directory()).hasValue("https://ca.test/7");

        removed();

        assertThat(consumer.issuers().names()).isEmpty();
    }

    @Test
    void createsADeletedIssuerAgain() {
        configured("https://ca.test/7", 7);
        removed();
        configured("https://ca.test/9", 9);

        assertThat(directory()).hasValue("https://ca.test/9");
    }

    /** The order-service publishes every hour the revision that readers know. */
    @Test
    void theHourlyPublicationRestoresAnIssuerAfterARepeatedTombstone() {
        configured("https://ca.test/7", 7);
        removed();
        configured("https://ca.test/9", 9);
        for (int hour = 0; hour < 3; hour++) {
            removed();
            configured("https://ca.test/9", 9);

            assertThat(directory()).as("hour " + hour).hasValue("https://ca.test/9");
        }
    }

    @Test
    void ignoresSettingsOlderThanTheLatestAlsoAfterATombstone() {
        configured("https://ca.test/9", 9);
        removed();
        configured("https://ca.test/7", 7);

        assertThat(consumer.issuers().names()).isEmpty();
    }

    private Optional<String> directory() {
        return consumer.issuers().find(NAME).map(it -> it.directory().toString());
    }

    private void configured(String directory, long revision) {
        var data = new IssuerConfigured(settings(directory), Optional.of(revision));
        CloudEvent event = CloudEvent.about(NAME, SOURCE, data, SYSTEM, Clock.systemUTC());
        receive(event.headers(), EventCodec.encode(data));
    }

    private void removed() {
        receive(
                CloudEvent.tombstoneHeaders(EventType.ISSUER_CONFIGURED, NAME, SOURCE, SYSTEM, Clock.systemUTC()),
                null);
    }

    private void receive(Map<String, String> headers, byte[] value) {
        var record = new ConsumerRecord<>(Topic.ISSUERS.topicName(), 0, 0, NAME, value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        consumer.on(record);
    }

    private static IssuerSettings settings(String directory) {
        try {
            return EventCodec.mapper()
                    .readValue(
                            "{\"name\":\"%s\",\"directory\":\"%s\"}".formatted(NAME, directory), IssuerSettings.class);
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
