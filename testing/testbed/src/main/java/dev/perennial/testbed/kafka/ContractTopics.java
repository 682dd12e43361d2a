package dev.perennial.testbed.kafka;

import dev.perennial.events.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;

/** The topics of the contract, and a dead-letter topic for each topic and consumer. */
public final class ContractTopics {
    private static final int PARTITIONS = 6;
    private static final short REPLICAS = 1;
    /** In bytes: the largest record of the other topics plus the headers of a dead letter. */
    private static final int LARGEST_DEAD_LETTER = 2 * 1024 * 1024;

    private ContractTopics() {}

    public static List<NewTopic> all() {
        List<NewTopic> topics = new ArrayList<>();
        for (Topic topic : Topic.values()) {
            topics.add(main(topic));
            for (String consumer : consumers(topic)) {
                topics.add(new NewTopic(topic.deadLetters(consumer), 1, REPLICAS)
                        .configs(Map.of("max.message.bytes", Integer.toString(LARGEST_DEAD_LETTER))));
            }
        }
        return topics;
    }

    private static NewTopic main(Topic topic) {
        var created = new NewTopic(topic.topicName(), PARTITIONS, REPLICAS);
        return topic.compacted() ? created.configs(Map.of("cleanup.policy", "compact")) : created;
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
