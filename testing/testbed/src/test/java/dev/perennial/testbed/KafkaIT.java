package dev.perennial.testbed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.perennial.events.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class KafkaIT {
    @Test
    void createsTheTopicsOfTheContractAndKeepsRecordsAfterACrash() throws Exception {
        try (Stack stack = Stack.builder().only(StackPart.KAFKA).start()) {
            assertThat(topics(stack))
                    .contains(
                            "certificate.requests",
                            "certificate.challenges",
                            "certificate.validations.issuance-service.dlq");
            send(stack, "before the crash");

            stack.kafka().kill();
            assertThat(stack.kafka().healthy()).isFalse();
            stack.kafka().restart();

            assertThat(receive(stack)).isEqualTo("before the crash");
        }
    }

    private static Set<String> topics(Stack stack) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", stack.bootstrapServers()))) {
            return admin.listTopics().names().get();
        }
    }

    private static void send(Stack stack, String value) throws Exception {
        Map<String, Object> settings = Map.of("bootstrap.servers", stack.bootstrapServers());
        try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(Topic.REQUESTS.topicName(), 0, "key", value))
                    .get();
        }
    }

    private static String receive(Stack stack) {
        Map<String, Object> settings = Map.of("bootstrap.servers", stack.bootstrapServers());
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(Topic.REQUESTS.topicName(), 0)));
            consumer.seekToBeginning(consumer.assignment());
            return consumer.poll(Duration.ofSeconds(30)).iterator().next().value();
        }
    }
}
