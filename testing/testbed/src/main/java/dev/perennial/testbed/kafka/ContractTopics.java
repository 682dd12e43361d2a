package dev.perennial.testbed.kafka;

import dev.perennial.events.Topic;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of the contract, and a dead-letter topic for each topic and consumer. */
public final class ContractTopics {
    /** The testbed has one broker. */
    private static final short REPLICAS = 1;

    private ContractTopics() {}

    public static List<NewTopic> all() {
        List<NewTopic> topics = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            topics.add(main(topic));
            for (String consumer : consumers(topic)) {
                topics.add(new NewTopic(topic.deadLetters(consumer), 1, REPLICAS).configs(Topic.deadLetterSettings()));
            }
        }
        return topics;
    }

    private static NewTopic main(Topic topic) {
        return new NewTopic(topic.topicName(), Topic.PARTITIONS, REPLICAS).configs(topic.settings());
    }

    private static List<String> consumers(Topic topic) {
        return switch (topic) {
            case REQUESTS, DEPLOYMENTS -> List.of("order-service");
            case CHALLENGES -> List.of("validation-service");
            case ORDERS -> List.of("issuance-service", "validation-service");
            case VALIDATIONS -> List.of("issuance-service", "order-service");
            case ISSUERS -> List.of();
            case ISSUANCES -> List.of("deploy-agent", "order-service");
        };
    }
}
