package dev.perennial.scenarios;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/** Reads the state of the replicas' consumer groups from the broker. */
final class ConsumerGroups implements AutoCloseable {
    private final Admin admin;
    private final List<String> groups;

    ConsumerGroups(String bootstrapServers, String... groups) {
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        this.groups = List.of(groups);
    }

    /** The consumers of all groups together; 0 while any of the groups is rebalancing. */
    int settledMembers() {
        Collection<ConsumerGroupDescription> all =
                get(admin.describeConsumerGroups(groups).all()).values();
        return all.stream().allMatch(group -> group.groupState() == GroupState.STABLE)
                ? all.stream().mapToInt(group -> group.members().size()).sum()
                : 0;
    }

    /** The number of unacknowledged records by group and partition; partitions without any are omitted. */
    Map<String, Long> lag() {
        Map<String, Long> lag = new HashMap<>();
        for (String group : groups) {
            Map<TopicPartition, OffsetAndMetadata> committed =
                    get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            Map<TopicPartition, OffsetSpec> latestOffsets = new HashMap<>();
            committed.keySet().forEach(partition -> latestOffsets.put(partition, OffsetSpec.latest()));
            get(admin.listOffsets(latestOffsets).all()).forEach((partition, end) -> {
                long behind = end.offset() - committed.get(partition).offset();
                if (behind != 0) {
                    lag.put(group + " at " + partition, behind);
                }
            });
        }
        return lag;
    }

    private static <T> T get(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException | InterruptedException e) {
            throw new AssertionError("the broker says nothing about the groups", e);
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
