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
