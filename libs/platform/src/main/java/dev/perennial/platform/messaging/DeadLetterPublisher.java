package dev.perennial.platform.messaging;

import dev.perennial.events.Topic;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/**
 * Writes dead letters through an outgoing channel of the service. The connector's own writer of dead letters ends
 * after its first failure, for example while Kafka is unavailable; all later ones would then never be written.
 */
@Singleton
class DeadLetterPublisher implements DeadLetters {
    static final String CHANNEL = "dead-letters";
    private static final int LONGEST_REASON = 1_000;

    private final MutinyEmitter<byte[]> emitter;
    private final String consumer;

    @Inject
    DeadLetterPublisher(
            // The buffer stays small: each sender waits for its record.
            @Channel(CHANNEL) @OnOverflow(OnOverflow.Strategy.UNBOUNDED_BUFFER) MutinyEmitter<byte[]> emitter,
            Config config) {
        this.emitter = emitter;
        this.consumer = config.getValue("quarkus.application.name", String.class);
    }

    @Override
    public void publish(ConsumerRecord<String, byte[]> record, Throwable reason) {
        var metadata = OutgoingKafkaRecordMetadata.<String>builder()
                .withTopic(topic(record.topic(), consumer))
                .withKey(record.key())
                .withHeaders(headers(record, reason))
                .build();
        EventPublisher.untilAcknowledged(
                "a dead letter of " + record.topic(),
                () -> emitter.sendMessage(Message.of(record.value(), Metadata.of(metadata))));
    }

    @Override
    public String topic(String of) {
        return topic(of, consumer);
    }

    /** {@link Topic#deadLetters}. The topics of teams share the one of the general topic. */
    static String topic(String of, String consumer) {
        String shared = Topic.team(of).isPresent() ? Topic.REQUESTS.topicName() : of;
        return shared + "." + consumer.toLowerCase(Locale.ROOT) + ".dlq";
    }

    /** The headers of the record, and its position and the reason under the connector's names. */
    private static RecordHeaders headers(ConsumerRecord<?, ?> record, Throwable reason) {
        RecordHeaders headers = new RecordHeaders();
        for (Header header : record.headers()) {
            // Its producer could otherwise claim that it comes from another topic, to which it would be replayed.
            if (!header.key().startsWith("dead-letter-")) {
                headers.add(header);
            }
        }
        add(headers, "dead-letter-exception-class-name", reason.getClass().getName());
        add(headers, "dead-letter-reason", reason.getMessage());
        add(headers, "dead-letter-topic", record.topic());
        add(headers, "dead-letter-partition", Integer.toString(record.partition()));
        add(headers, "dead-letter-offset", Long.toString(record.offset()));
        return headers;
    }

    private static void add(RecordHeaders headers, String name, String text) {
        String bounded = text == null ? "" : text.substring(0, Math.min(text.length(), LONGEST_REASON));
        headers.add(name, bounded.getBytes(StandardCharsets.UTF_8));
    }
}
