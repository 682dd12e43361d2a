package dev.perennial.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.CertificateDeployed;
import dev.perennial.events.Topic;
import dev.perennial.testbed.Site;
import dev.perennial.testbed.Stack;
import dev.perennial.testbed.kafka.ContractTopics;
import dev.perennial.testbed.process.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A dead letter whose topic is missing does not stop the channel of its record. */
class MissingDeadLetterTopicScenarioIT {
    private static final String NAME = "no-dead-letters";
    private static final String DEAD_LETTERS = Topic.REQUESTS.deadLetters("order-service");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** More than the partitions of the topic, so that each has one. */
    private static final int UNREADABLE = 20;

    @RegisterExtension
    static final SharedFleet FLEET = SharedFleet.with(Site.of(NAME, NAME + ".demo.test"));

    private final Stack stack = FLEET.stack();

    @Test
    void processesRequestsWhileADeadLetterTopicIsMissing() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            await(admin.deleteTopics(List.of(DEAD_LETTERS)).all());
            publishUnreadableRequests();
            Await.until("the order-service is not ready", LIMIT, () -> !isReady());

            FLEET.client().request(FLEET.client().certificate(NAME, "pebble", List.of(NAME + ".demo.test")));
            FLEET.events().await(CertificateDeployed.class, deployed -> deployed.name()
                    .equals(NAME));

            await(admin.createTopics(ContractTopics.all().stream()
                            .filter(topic -> topic.name().equals(DEAD_LETTERS))
                            .toList())
                    .all());
            Await.until("the order-service is ready", LIMIT, this::isReady);
        }
        try (var groups = new ConsumerGroups(stack.bootstrapServers(), "order-service")) {
            Await.until(
                    "every record is acknowledged", LIMIT, () -> groups.lag().isEmpty(), () -> groups.lag()
                            .toString());
        }
    }

    private boolean isReady() {
        return stack.service("order-service").healthy();
    }

    private void publishUnreadableRequests() {
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            var sent = IntStream.range(0, UNREADABLE)
                    .mapToObj(i -> producer.send(new ProducerRecord<>(Topic.REQUESTS.topicName(), "key-" + i, "?")))
                    .toList();
            assertThat(sent).allSatisfy(record -> assertThat(record).succeedsWithin(LIMIT));
        }
    }

    private static void await(KafkaFuture<?> done) throws Exception {
        done.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
