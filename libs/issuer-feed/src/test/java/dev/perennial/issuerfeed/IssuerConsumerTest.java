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
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerConsumerTest {
    private static final String NAME = "zerossl";
    private static final URI SOURCE = URI.create("/perennial/order-service");
    private static final Initiator SYSTEM = Initiator.system(SOURCE);

    private static final Instant START = Instant.parse("2026-12-01T12:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    private final IssuerConsumer consumer =
            new IssuerConsumer(new EventReader(new SimpleMeterRegistry(), (record, headers, type) -> true), this::now);
    private Instant now = START;

    /** By which the clock of the writer is ahead. */
    private Duration ahead = Duration.ZERO;

    @Test
    void knowsAnIssuerUntilItsTombstone() {
        configured(7);
        assertThat(directory()).hasValue("https://ca.test/7");

        removed();

        assertThat(consumer.issuers().names()).isEmpty();
    }

    @Test
    void createsADeletedIssuerAgain() {
        configured(7);
        removed();
        configured(9);

        assertThat(directory()).hasValue("https://ca.test/9");
    }

    /** A genuine one of an earlier life of the issuer, which a foreign writer writes once a minute. */
    @Test
    void ignoresARepeatedTombstone() {
        configured(7);
        Runnable tombstone = removed();
        configured(9);
        for (int minute = 0; minute < 180; minute++) {
            if (minute % 60 == 59) {
                configured(9);
            }
            now = now.plusSeconds(60);
            tombstone.run();

            assertThat(directory()).as("minute " + minute).hasValue("https://ca.test/9");
        }
    }

    /** Compaction may leave only the repeated tombstone for a reader that starts. */
    @Test
    void theHourlyPublicationRestoresAnIssuerAfterARepeatedTombstone() {
        Runnable tombstone = removed();
        tombstone.run();
        configured(9);
        tombstone.run();

        assertThat(directory()).hasValue("https://ca.test/9");
    }

    @Test
    void ignoresRepeatedSettingsOfADeletedIssuer() {
        Runnable settings = configured(9);
        Runnable earlier = configured(7);
        removed();
        settings.run();
        earlier.run();
        assertThat(consumer.issuers().names()).isEmpty();

        configured(9);
        assertThat(directory()).as("published after the tombstone").hasValue("https://ca.test/9");
    }

    @Test
    void ignoresSettingsOlderThanTheLatestAlsoAfterATombstone() {
        configured(9);
        removed();
        configured(7);

        assertThat(consumer.issuers().names()).isEmpty();
    }

    /** Of one replica of the order-service, and corrected later. */
    @ParameterizedTest
    @ValueSource(ints = {25, -25, 60 * 24, -60 * 24})
    void recordsCountWithinAPublicationAfterTheClockOfTheirWriterWasWrong(int hours) {
        configured(7);
        ahead = Duration.ofHours(hours);
        configured(9);
        assertThat(directory()).as("a change").hasValue("https://ca.test/9");
        ahead = Duration.ZERO;
        removed();
        assertThat(consumer.issuers().names()).as("deleted").isEmpty();

        configured(11);
        ahead = Duration.ofHours(hours);
        removed();
        ahead = Duration.ZERO;
        removed();
        assertThat(consumer.issuers().names()).as("deleted again").isEmpty();

        configured(13);
        Runnable forged = removed(Duration.ofHours(hours));
        configured(13);
        assertThat(directory()).as("published again").hasValue("https://ca.test/13");
        configured(15);
        assertThat(directory()).as("changed").hasValue("https://ca.test/15");
        if (hours < 0) {
            forged.run();
            assertThat(directory()).as("an old tombstone").hasValue("https://ca.test/15");
        }
    }

    @Test
    void removesAnIssuerByATombstoneWithoutATime() {
        configured(7);
        receive(Map.of(), null);

        assertThat(consumer.issuers().names()).isEmpty();
    }

    @Test
    void acceptsSettingsOfEarlierVersions() {
        configured(7);
        configured("https://ca.test/earlier", Optional.empty());

        assertThat(directory()).hasValue("https://ca.test/earlier");
    }

    private Instant now() {
        return now;
    }

    private Optional<String> directory() {
        return consumer.issuers().find(NAME).map(it -> it.directory().toString());
    }

    /** @return writes the same record again */
    private Runnable configured(long revision) {
        return configured("https://ca.test/" + revision, Optional.of(revision));
    }

    private Runnable configured(String directory, Optional<Long> revision) {
        var data = new IssuerConfigured(settings(directory), revision);
        CloudEvent event = CloudEvent.about(NAME, SOURCE, data, SYSTEM, writer(ahead));
        return received(event.headers(), EventCodec.encode(data));
    }

    private Runnable removed() {
        return removed(ahead);
    }

    private Runnable removed(Duration clockAhead) {
        return received(
                CloudEvent.tombstoneHeaders(EventType.ISSUER_CONFIGURED, NAME, SOURCE, SYSTEM, writer(clockAhead)),
                null);
    }

    private Runnable received(Map<String, String> headers, byte[] value) {
        receive(headers, value);
        now = now.plus(HOUR);
        return () -> receive(headers, value);
    }

    private Clock writer(Duration clockAhead) {
        return Clock.fixed(now.plus(clockAhead), ZoneOffset.UTC);
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
