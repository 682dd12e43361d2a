package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import dev.perennial.events.CloudEvent;
import dev.perennial.platform.messaging.EventReader;
import dev.perennial.platform.messaging.Tombstone;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Consumes the compacted topic of presented challenge responses. Each replica reads it from the beginning after every start,
 * because its consumer group is its own and commits no offsets; so every replica has all live responses.
 */
@ApplicationScoped
class ChallengeConsumer {
    static final String CHANNEL = "challenges";

    private final EventReader reader;
    private final LiveChallenges live;
    private final ChallengeLeases leases;

    ChallengeConsumer(EventReader reader, LiveChallenges live, ChallengeLeases leases) {
        this.reader = reader;
        this.live = live;
        this.leases = leases;
    }

    @Incoming(CHANNEL)
    @Blocking
    void on(ConsumerRecord<String, byte[]> record) {
        reader.latest(record, ChallengePresented.class, this::put, this::remove);
    }

    private void put(CloudEvent event, ChallengePresented presented) {
        Duration length = leases.bounded(Duration.between(event.time(), presented.expires()));
        live.put(presented, length);
        leases.put(presented, length);
    }

    private void remove(Tombstone tombstone) {
        live.remove(tombstone.key());
        leases.remove(tombstone.key());
    }
}
