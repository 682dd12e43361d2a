package dev.perennial.issuance.issuing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Topic;
import java.io.IOException;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connector defaults lose records or stop the channel, so each relevant option is explicit. */
class IssuanceChannelsTest {
    private static final String IN = "mp.messaging.incoming.";
    private static final String AUTHORIZED = IN + AuthorizedOrderConsumer.CHANNEL + ".";
    private static final String ABANDONED = IN + OrderFactConsumer.CHANNEL + ".";
    private static final String REVOCATIONS = IN + "revocations.";
    private static final String ISSUERS = IN + "issuers.";
    private static final String OUT = "mp.messaging.outgoing." + AuthorizedOrderConsumer.OUT + ".";

    private final Properties properties = new Properties();

    @BeforeEach
    void read() throws IOException {
        try (var in = getClass().getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "auto.offset.reset, earliest",
        "failure-strategy, dead-letter-queue",
        "fail-on-deserialization-failure, false",
        "record-order, key",
        "commit-strategy, throttled",
        "session.timeout.ms, 10000",
        "value.deserializer, org.apache.kafka.common.serialization.ByteArrayDeserializer"
    })
    void incomingIsExplicit(String key, String value) {
        assertThat(properties.getProperty(AUTHORIZED + key)).isEqualTo(value);
        assertThat(properties.getProperty(ABANDONED + key)).isEqualTo(value);
        assertThat(properties.getProperty(REVOCATIONS + key)).isEqualTo(value);
    }

    @Test
    void revocationsHaveTheirOwnConsumerGroup() {
        assertThat(properties)
                .containsEntry(AUTHORIZED + "group.id", "issuance-service")
                .containsEntry(ABANDONED + "group.id", "issuance-service")
                .containsEntry(REVOCATIONS + "group.id", "issuance-service.revocations")
                .containsEntry(REVOCATIONS + "topic", Topic.ORDERS.topicName())
                .containsEntry(REVOCATIONS + "dead-letter-queue.topic", Topic.ORDERS.deadLetters("issuance-service"))
                .containsEntry(REVOCATIONS + "throttled.unprocessed-record-max-age.ms", "0");
    }

    @Test
    void limitsTheAgeOfNoUnprocessedRecord() {
        String limit = "throttled.unprocessed-record-max-age.ms";
        assertThat(properties.getProperty(AUTHORIZED + limit)).isEqualTo("0");
        assertThat(properties.getProperty(ABANDONED + limit)).as("no limit").isEqualTo("0");
    }

    @ParameterizedTest
    @CsvSource({"acks, all", "enable.idempotence, true"})
    void outgoingRecordsRequireAllAcknowledgements(String key, String value) {
        assertThat(properties.getProperty(OUT + key)).isEqualTo(value);
    }

    @Test
    void topicsMatchTheContract() {
        assertThat(properties.getProperty(AUTHORIZED + "topic")).isEqualTo(Topic.VALIDATIONS.topicName());
        assertThat(properties.getProperty(AUTHORIZED + "dead-letter-queue.topic"))
                .isEqualTo(Topic.VALIDATIONS.deadLetters("issuance-service"));
        assertThat(properties.getProperty(ABANDONED + "topic")).isEqualTo(Topic.ORDERS.topicName());
        assertThat(properties.getProperty(ABANDONED + "dead-letter-queue.topic"))
                .isEqualTo(Topic.ORDERS.deadLetters("issuance-service"));
        assertThat(properties.getProperty(OUT + "topic")).isEqualTo(Topic.ISSUANCES.topicName());
    }

    @Test
    void readsTheIssuersFromTheBeginningInEveryReplica() {
        assertThat(properties)
                .containsEntry(ISSUERS + "topic", Topic.ISSUERS.topicName())
                .containsEntry(ISSUERS + "auto.offset.reset", "earliest")
                .containsEntry(ISSUERS + "commit-strategy", "ignore")
                .containsEntry(ISSUERS + "failure-strategy", "ignore")
                .containsEntry(ISSUERS + "fail-on-deserialization-failure", "false");
        assertThat(properties.getProperty(ISSUERS + "group.id")).contains("${quarkus.uuid}");
    }

    @Test
    void everyIncomingChannelIsListed() {
        assertThat(properties.stringPropertyNames())
                .filteredOn(key -> key.startsWith(IN))
                .allMatch(key -> List.of(AUTHORIZED, ABANDONED, REVOCATIONS, ISSUERS).stream()
                        .anyMatch(key::startsWith));
    }

    @Test
    void concurrencyIsBoundedAndConfigurable() {
        assertThat(properties.getProperty(
                        "smallrye.messaging.worker." + AuthorizedOrderConsumer.OUT + ".max-concurrency"))
                .isEqualTo("${perennial.issuance.max-concurrency:1500}");
        assertThat(properties.getProperty("smallrye.messaging.worker." + OrderFactConsumer.WORKER + ".max-concurrency"))
                .isEqualTo("16");
    }
}
