package dev.perennial.validation.challenges;

import dev.perennial.events.ChallengePresented;
import dev.perennial.platform.messaging.EventReader;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/**
 * Consumes the compacted topic of challenge responses. Each replica reads it from the beginning after every start,
 * because its consumer group is its own and commits no offsets; so every replica has all live responses.
 */
@ApplicationScoped
class ChallengeConsumer {
    static final String CHANNEL = "challenges";

    private final EventReader reader;
    private final LiveChallenges live;

    ChallengeConsumer(EventReader reader, LiveChallenges live) {
        this.reader = reader;
        this.live = live;
    }

    @Incoming(CHANNEL)
    void on(ConsumerRecord<String, byte[]> record) {
        reader.latest(record, ChallengePresented.class, live::put, live::remove);
    }
}
