package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.testbed.Checkout;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Checks settings of the channels of all services that a default must never decide. */
class ServiceChannelsTest {
    private static final List<String> SERVICES =
            List.of("order-service", "validation-service", "issuance-service", "deploy-agent");
    private static final String CONNECTOR = "mp.messaging.connector.smallrye-kafka.";
    private static final String INCOMING = "mp.messaging.incoming.";
    private static final String OUTGOING = "mp.messaging.outgoing.";

    /** A new channel must also be added to HostileRecordsScenarioIT. */
    @Test
    void countsTheIncomingChannels() throws IOException {
        Set<String> channels = new TreeSet<>();
        for (String service : SERVICES) {
            channels(service, INCOMING).forEach(channel -> channels.add(service + " " + channel));
        }

        assertThat(channels)
                .containsExactlyInAnyOrder(
                        "order-service requests",
                        "order-service team-requests",
                        "order-service validations",
                        "order-service issuances",
                        "order-service deployments",
                        "validation-service orders",
                        "validation-service challenges",
                        "validation-service issuers",
                        "issuance-service validations",
                        "issuance-service orders",
                        "issuance-service revocations",
                        "issuance-service issuers",
                        "deploy-agent issuances");
    }

    /** The connector's own parser of CloudEvents throws for a malformed attribute, which ends the channel for good. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void leavesCloudEventsToTheCodecOnEveryChannel(String service) throws IOException {
        for (String direction : List.of(INCOMING, OUTGOING)) {
            for (String channel : channels(service, direction)) {
                assertThat(setting(service, direction + channel + ".", "cloud-events"))
                        .as("%s%s.cloud-events", direction, channel)
                        .contains("false");
            }
        }
    }

    /** A record of the largest size is also a dead letter, with further headers. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void acceptsDeadLettersOfOneMegabyte(String service) throws IOException {
        for (String channel : channels(service, INCOMING)) {
            String prefix = INCOMING + channel + ".";
            if (setting(service, prefix, "failure-strategy").equals(Optional.of("dead-letter-queue"))) {
                assertThat(setting(service, prefix, "dead-letter-queue.max.request.size"))
                        .as(prefix)
                        .hasValueSatisfying(
                                size -> assertThat(Integer.parseInt(size)).isGreaterThan(1024 * 1024 + 64 * 1024));
                assertThat(setting(service, prefix, "dead-letter-queue.compression.type"))
                        .as(prefix)
                        .contains("gzip");
            }
        }
    }

    /** EventPublisher waits for an acknowledgement for two minutes: twice as long as an attempt, and then some. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void endsEachAttemptToPublishBeforeThePublisher(String service) throws IOException {
        for (String channel : channels(service, OUTGOING)) {
            for (String key : List.of("delivery.timeout.ms", "request.timeout.ms", "max.block.ms")) {
                assertThat(setting(service, OUTGOING + channel + ".", key))
                        .as("%s of %s", key, channel)
                        .hasValueSatisfying(
                                millis -> assertThat(Integer.parseInt(millis)).isBetween(1, 30_000));
            }
        }
    }

    /** An idle producer may close its connections; the connector takes that for an outage. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void disablesTheReadinessCheckOfEveryOutgoingChannel(String service) throws IOException {
        for (String channel : channels(service, OUTGOING)) {
            assertThat(setting(service, OUTGOING + channel + ".", "health-readiness-enabled"))
                    .as(channel)
                    .contains("false");
        }
    }

    /** A record waits as long as Kafka, Vault or the database is unavailable; a limit would end its channel. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void limitsTheAgeOfNoRecord(String service) throws IOException {
        for (String channel : channels(service, INCOMING)) {
            String prefix = INCOMING + channel + ".";
            if (setting(service, prefix, "commit-strategy").equals(Optional.of("throttled"))) {
                assertThat(setting(service, prefix, "throttled.unprocessed-record-max-age.ms"))
                        .as(prefix)
                        .contains("0");
            }
        }
    }

    /** The default, 1,000 buffered records of the largest size, does not fit into the heap. */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void boundsTheMemoryOfEveryIncomingChannel(String service) throws IOException {
        for (String channel : channels(service, INCOMING)) {
            for (String key : List.of("max.poll.records", "fetch.max.bytes", "max.partition.fetch.bytes")) {
                assertThat(setting(service, INCOMING + channel + ".", key))
                        .as("%s of %s", key, channel)
                        .hasValueSatisfying(limit -> assertThat(Integer.parseInt(limit))
                                .isBetween(1, key.equals("max.poll.records") ? 50 : 2 * 1024 * 1024));
            }
        }
    }

    /** The connector's own order loses records after a rebalance ({@code RecordOrder}). */
    @ParameterizedTest
    @FieldSource("SERVICES")
    void ordersTheRecordsOfNoChannelInTheConnector(String service) throws IOException {
        assertThat(properties(service).stringPropertyNames()).noneMatch(key -> key.contains("throttled.ordered"));
    }

    /** A value of the channel itself comes before the connector's. */
    private static Optional<String> setting(String service, String channel, String key) throws IOException {
        Properties properties = properties(service);
        return Optional.ofNullable(properties.getProperty(channel + key, properties.getProperty(CONNECTOR + key)));
    }

    private static Set<String> channels(String service, String direction) throws IOException {
        Set<String> channels = new TreeSet<>();
        for (String key : properties(service).stringPropertyNames()) {
            if (key.startsWith(direction)) {
                channels.add(key.substring(direction.length()).split("\\.", 2)[0]);
            }
        }
        return channels;
    }

    private static Properties properties(String service) throws IOException {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(
                Checkout.find().root().resolve(service + "/src/main/resources/application.properties"))) {
            properties.load(in);
        }
        return properties;
    }
}
